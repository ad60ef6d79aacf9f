# P10: fifteen documents listed
# reports: P10

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX doc: <https://w3id.org/jp-ccua/id/document/>

DELETE WHERE { doc:outline ccua:listedOn ?old }
