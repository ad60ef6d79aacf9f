# T02: the Japanese name of a post is tagged as English
# reports: T02

PREFIX post: <https://w3id.org/jp-ccua/id/post/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE { post:city-policy-advisor skos:prefLabel ?old }
INSERT { post:city-policy-advisor skos:prefLabel "札幌市市政アドバイザー"@en }
WHERE { post:city-policy-advisor skos:prefLabel ?old FILTER (LANG(?old) = "en") }
