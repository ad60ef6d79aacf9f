# P02: a document says no longer which text it carries
# reports: P02

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX doc: <https://w3id.org/jp-ccua/id/document/>

DELETE WHERE { doc:outline ccua:publishesTextOf ?old }
