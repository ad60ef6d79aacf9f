# D16: the second vision was adopted in 2014
# reports: D16

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { vis:sapporo-2 ccua:adoptedOn ?old }
INSERT { vis:sapporo-2 ccua:adoptedOn "2014-03-29"^^xsd:date }
WHERE { vis:sapporo-2 ccua:adoptedOn ?old }
