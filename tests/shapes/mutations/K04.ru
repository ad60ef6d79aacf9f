# K04: seven constituents are stated for the dissolution
# reports: K04

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

DELETE { evt:union-dissolution ccua:numberOfConstituents ?old }
INSERT { evt:union-dissolution ccua:numberOfConstituents 7 }
WHERE { evt:union-dissolution ccua:numberOfConstituents ?old }
