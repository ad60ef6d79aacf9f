# A record does not say when its entry changed.

PREFIX dct: <http://purl.org/dc/terms/>

DELETE WHERE { <https://w3id.org/jp-ccua/catalogue/record/dataset-sapporo> dct:modified ?value }
