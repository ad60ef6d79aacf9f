# U12: twelve constituents at dissolution, the size of the area
# reports: U12

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

DELETE DATA { evt:union-dissolution ccua:numberOfConstituents 8 } ;
INSERT DATA { evt:union-dissolution ccua:numberOfConstituents 12 }
