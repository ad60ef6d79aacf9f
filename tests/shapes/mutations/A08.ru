# A08: a second agreement of 2019 with Otaru
# reports: A08 A09 P09
# echoes: the area now rests on twelve, and the twelfth is published nowhere

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX prt: <https://w3id.org/jp-ccua/id/partnership/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
    agr:sapporo-otaru-2019-again
        a ccua:CooperationAgreement ;
        skos:prefLabel "連携協約(小樽市)の重複"@ja , "duplicate of the agreement with Otaru"@en ;
        ccua:concludedOn "2019-03-29"^^xsd:date ;
        ccua:coreCityParty muni:hokkaido-sapporo ;
        ccua:counterparty muni:hokkaido-otaru ;
        ccua:earliestDate "2019-03-29"^^xsd:date ;
        ccua:formsPartnership prt:sapporo ;
        ccua:hasParty muni:hokkaido-otaru , muni:hokkaido-sapporo ;
        ccua:latestDate "2019-03-29"^^xsd:date .
}
