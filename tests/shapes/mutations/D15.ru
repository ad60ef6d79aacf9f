# D15: the page was changed in 2042
# reports: D15

PREFIX dct: <http://purl.org/dc/terms/>
PREFIX page: <https://w3id.org/jp-ccua/id/page/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { page:documents dct:modified ?old }
INSERT { page:documents dct:modified "2042-04-03"^^xsd:date }
WHERE { page:documents dct:modified ?old }
