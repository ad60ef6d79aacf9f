# N02: fiscal 2019 is called 令和2年度
# reports: N02

PREFIX fy: <https://w3id.org/jp-ccua/id/fiscal-year/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE { fy:2019 skos:prefLabel ?old }
INSERT { fy:2019 skos:prefLabel "令和２年度"@ja }
WHERE { fy:2019 skos:prefLabel ?old FILTER (LANG(?old) = "ja") }
