# The themes have no title.

PREFIX dct: <http://purl.org/dc/terms/>

DELETE WHERE { <https://w3id.org/jp-ccua/concept/theme> dct:title ?value }
