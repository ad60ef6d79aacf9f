# P03: the file of a document taken from it
# reports: P03 P08
# P08: the file now belongs to no document

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX doc: <https://w3id.org/jp-ccua/id/document/>

DELETE WHERE { doc:outline ccua:hasFile ?old }
