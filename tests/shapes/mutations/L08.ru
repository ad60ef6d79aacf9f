# L08: the Japanese name of Otaru is removed
# reports: L08 L03
# echoes: names in both languages are asked for here

PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE { muni:hokkaido-otaru skos:prefLabel ?name }
WHERE { muni:hokkaido-otaru skos:prefLabel ?name . FILTER (LANG(?name) = "ja") }
