# D11: two digits transposed
# reports: D11 D16
# echoes: the year 1019 lies before the declaration as well

# What is inferred from the day of adoption is changed with it, as by a slip in the source.
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { vis:sapporo-1 ?day ?old }
INSERT { vis:sapporo-1 ?day "1019-03-29"^^xsd:date }
WHERE { vis:sapporo-1 ccua:adoptedOn ?old ; ?day ?old }
