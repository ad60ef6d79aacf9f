# U10: a second dissolution of the union
# reports: U10

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX unn: <https://w3id.org/jp-ccua/id/union/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
    evt:union-dissolution-again
        a ccua:DissolutionEvent ;
        skos:prefLabel "組合の解散の重複"@ja , "duplicate of the dissolution of the union"@en ;
        org:originalOrganization unn:sapporo-wide-area-union ;
        ccua:dateStated "2019-07-31"^^xsd:date ;
        ccua:decidedThrough evt:consultation-dissolution ;
        ccua:earliestDate "2019-07-31"^^xsd:date ;
        ccua:latestDate "2019-07-31"^^xsd:date .
}
