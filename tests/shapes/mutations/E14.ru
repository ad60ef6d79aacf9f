# E14: the page of a Wikidata item instead of the item
# reports: E14

PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
    muni:hokkaido-otaru skos:exactMatch <https://www.wikidata.org/wiki/Q242108> .
}
