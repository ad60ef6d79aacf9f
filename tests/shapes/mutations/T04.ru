# T04: two sections of the page have one name
# reports: T04

PREFIX sec: <https://w3id.org/jp-ccua/id/section/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE { sec:outline skos:prefLabel ?old }
INSERT { sec:outline skos:prefLabel ?name }
WHERE {
    sec:visions skos:prefLabel ?name .
    sec:outline skos:prefLabel ?old
    FILTER (LANG(?old) = "ja" && LANG(?name) = "ja")
}
