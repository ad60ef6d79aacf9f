# E14: the page of a Wikidata item instead of the item
# reports: E14

PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX schema: <https://schema.org/>

INSERT DATA {
    muni:hokkaido-otaru schema:sameAs <https://www.wikidata.org/wiki/Q242108> .
}
