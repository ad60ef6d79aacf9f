# The publisher is of no kind.

PREFIX dct: <http://purl.org/dc/terms/>

DELETE WHERE { <https://w3id.org/jp-ccua/id/agent/editors> dct:type ?value }
