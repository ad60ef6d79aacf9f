# A service does not say which standard it follows.

PREFIX dct: <http://purl.org/dc/terms/>

DELETE WHERE { <https://w3id.org/jp-ccua/service/sparql> dct:conformsTo ?value }
