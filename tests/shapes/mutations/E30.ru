# E30: an office that lies in Europe
# reports: E30 E08
# echoes: it does not lie in Hokkaido either

PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX wgs: <http://www.w3.org/2003/01/geo/wgs84_pos#>

DELETE { ?site wgs:long ?long }
INSERT { ?site wgs:long 11.0 }
WHERE {
    ?site wgs:long ?long ; skos:prefLabel ?name .
    FILTER (?site = <https://w3id.org/jp-ccua/id/site/hokkaido-otaru-office>)
}
