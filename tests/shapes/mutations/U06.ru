# U06: one constituent at dissolution
# reports: U06 K04
# echoes: eight constituents are named

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

DELETE DATA { evt:union-dissolution ccua:numberOfConstituents 8 } ;
INSERT DATA { evt:union-dissolution ccua:numberOfConstituents 1 }
