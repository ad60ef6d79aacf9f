# D04: February 1997 is given a bound in January
# reports: D04

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { evt:union-foundation ccua:earliestDate ?old }
INSERT { evt:union-foundation ccua:earliestDate "1997-01-01"^^xsd:date }
WHERE { evt:union-foundation ccua:earliestDate ?old }
