# U07: the consultation on the dissolution is removed
# reports: U07

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

DELETE DATA { evt:union-dissolution ccua:decidedThrough evt:consultation-dissolution }
