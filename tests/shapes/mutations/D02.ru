# D02: 30 February
# reports: D02 D01 D04 D10
# D01, D04, D10: the impossible day is also the stated date of an event; its bounds and its words are others

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { evt:core-city-declaration ccua:dateStated ?old }
INSERT { evt:core-city-declaration ccua:dateStated "2018-02-30"^^xsd:date }
WHERE { evt:core-city-declaration ccua:dateStated ?old }
