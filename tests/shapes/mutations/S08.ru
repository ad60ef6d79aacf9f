# S08: the consultation on the succession is removed
# reports: S08

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

DELETE DATA { evt:settlement-succession ccua:decidedThrough evt:consultation-settlement }
