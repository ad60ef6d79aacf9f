# The catalogue loses its description.

PREFIX dct: <http://purl.org/dc/terms/>

DELETE WHERE { <https://w3id.org/jp-ccua/catalogue> dct:description ?value }
