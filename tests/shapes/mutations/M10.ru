# M10: a second open membership of Otaru
# reports: M10

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prt: <https://w3id.org/jp-ccua/id/partnership/>
PREFIX role: <https://w3id.org/jp-ccua/concept/role/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
    mbr:sapporo-otaru-again
        a ccua:PartnershipMembership ;
        skos:prefLabel "小樽市の構成関係の重複"@ja , "duplicate of the membership of Otaru"@en ;
        org:member muni:hokkaido-otaru ;
        org:organization prt:sapporo ;
        org:role role:cooperating-municipality ;
        ccua:establishedBy agr:sapporo-otaru-2019 ;
        ccua:validFrom "2019-03-29"^^xsd:date .
}
