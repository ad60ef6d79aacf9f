# G05: a misspelt IRI
# reports: G05

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX doc: <https://w3id.org/jp-ccua/id/document/>

DELETE { doc:outline ccua:listedAs ?old }
INSERT { doc:outline ccua:listedAs <https://w3id.org/jp-ccua/concept/listing-kind/mian> }
WHERE { doc:outline ccua:listedAs ?old }
