# L07: the name of the line above
# reports: L07 T03
# echoes: two bodies bear one name

PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA { muni:hokkaido-hamamasu skos:prefLabel "浜益村"@ja } ;
INSERT DATA { muni:hokkaido-hamamasu skos:prefLabel "厚田村"@ja }
