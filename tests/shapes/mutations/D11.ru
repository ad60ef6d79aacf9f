# D11: two digits transposed
# reports: D11

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { vis:sapporo-1 ccua:adoptedOn ?old }
INSERT { vis:sapporo-1 ccua:adoptedOn "1019-03-29"^^xsd:date }
WHERE { vis:sapporo-1 ccua:adoptedOn ?old }
