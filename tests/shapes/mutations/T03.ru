# T03: Ebetsu keeps the English name of Otaru
# reports: T03

PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE { muni:hokkaido-ebetsu skos:prefLabel ?old }
INSERT { muni:hokkaido-ebetsu skos:prefLabel ?name }
WHERE {
    muni:hokkaido-otaru skos:prefLabel ?name .
    muni:hokkaido-ebetsu skos:prefLabel ?old
    FILTER (LANG(?old) = "en" && LANG(?name) = "en")
}
