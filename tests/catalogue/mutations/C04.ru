# The catalogue no longer says its language.

PREFIX dct: <http://purl.org/dc/terms/>

DELETE WHERE { <https://w3id.org/jp-ccua/catalogue> dct:language ?value }
