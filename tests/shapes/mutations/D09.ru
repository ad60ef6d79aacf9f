# D09: slashes as on paper
# reports: D09 D01 D04
# echoes: no day either as the date of an event, and its bounds lie elsewhere

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { evt:core-city-declaration ccua:dateStated ?old }
INSERT { evt:core-city-declaration ccua:dateStated "2018/11/28"^^xsd:date }
WHERE { evt:core-city-declaration ccua:dateStated ?old }
