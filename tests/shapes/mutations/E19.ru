# E19: the Japanese name of a firm removed
# reports: E19

PREFIX firm: <https://w3id.org/jp-ccua/id/firm/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE { firm:lawson skos:prefLabel ?name }
WHERE { firm:lawson skos:prefLabel ?name . FILTER (LANG(?name) = "ja") }
