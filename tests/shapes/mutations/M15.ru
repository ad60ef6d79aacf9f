# M15: the former village of Atsuta is a member without an agreement
# reports: M15 M05
# echoes: nothing founds its membership

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prt: <https://w3id.org/jp-ccua/id/partnership/>
PREFIX role: <https://w3id.org/jp-ccua/concept/role/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
    mbr:sapporo-atsuta
        a ccua:PartnershipMembership ;
        skos:prefLabel "余分な構成関係"@ja , "one membership too many"@en ;
        org:member muni:hokkaido-atsuta ;
        org:organization prt:sapporo ;
        org:role role:cooperating-municipality .
}
