# The catalogue loses its title.

PREFIX dct: <http://purl.org/dc/terms/>

DELETE WHERE { <https://w3id.org/jp-ccua/catalogue> dct:title ?value }
