# D16: the second vision was adopted in 2014
# reports: D16

# What is inferred from the day of adoption is changed with it, as by a slip in the source.
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { vis:sapporo-2 ?day ?old }
INSERT { vis:sapporo-2 ?day "2014-03-29"^^xsd:date }
WHERE { vis:sapporo-2 ccua:adoptedOn ?old ; ?day ?old }
