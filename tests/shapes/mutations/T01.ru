# T01: the Japanese name of a fund has a character that was lost
# reports: T01

PREFIX fund: <https://w3id.org/jp-ccua/id/fund/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE { fund:sapporo-furusato skos:prefLabel ?old }
INSERT { fund:sapporo-furusato skos:prefLabel "札幌ふる\uFFFDと市町村圏基金"@ja }
WHERE { fund:sapporo-furusato skos:prefLabel ?old FILTER (LANG(?old) = "ja") }
