# D07: the accounts approved in 2025, after the page was last changed
# reports: D07

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { evt:accounts-approval ccua:latestDate ?old }
INSERT { evt:accounts-approval ccua:latestDate "2025-03-28"^^xsd:date }
WHERE { evt:accounts-approval ccua:latestDate ?old }
