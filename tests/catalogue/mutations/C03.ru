# The catalogue loses its publisher.

PREFIX dct: <http://purl.org/dc/terms/>

DELETE WHERE { <https://w3id.org/jp-ccua/catalogue> dct:publisher ?value }
