# W01: the update day removed
# reports: W01

PREFIX dct: <http://purl.org/dc/terms/>
PREFIX page: <https://w3id.org/jp-ccua/id/page/>

DELETE WHERE { page:documents dct:modified ?old }
