# L05: the ending of a name dropped
# reports: L05 N03
# echoes: the name no longer ends in the kind of the municipality

PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA { muni:hokkaido-nanporo skos:prefLabel "南幌町"@ja } ;
INSERT DATA { muni:hokkaido-nanporo skos:prefLabel "南幌"@ja }
