# S07: the link to the dissolution before it is removed
# reports: S07

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

DELETE DATA { evt:settlement-succession ccua:afterEvent evt:union-dissolution }
