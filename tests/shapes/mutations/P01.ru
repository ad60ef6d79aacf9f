# P01: the title of a document removed
# reports: P01

PREFIX dct: <http://purl.org/dc/terms/>
PREFIX doc: <https://w3id.org/jp-ccua/id/document/>

DELETE WHERE { doc:outline dct:title ?old }
