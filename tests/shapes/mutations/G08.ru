# G08: a gap without a source
# reports: G08

PREFIX dct: <http://purl.org/dc/terms/>
PREFIX gap: <https://w3id.org/jp-ccua/id/gap/>

DELETE WHERE { gap:outline-date dct:source ?old }
