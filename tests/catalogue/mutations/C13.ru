# A file is not described.

PREFIX dct: <http://purl.org/dc/terms/>

DELETE WHERE { <https://w3id.org/jp-ccua/dataset/sapporo/distribution/data.ttl> dct:description ?value }
