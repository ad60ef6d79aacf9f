# E22: the second vision adopted two days after its first day
# reports: E22

# What is inferred from the day of adoption is changed with it, as by a slip in the source.
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { vis:sapporo-2 ?day ?old }
INSERT { vis:sapporo-2 ?day "2024-04-03"^^xsd:date }
WHERE { vis:sapporo-2 ccua:adoptedOn ?old ; ?day ?old }
