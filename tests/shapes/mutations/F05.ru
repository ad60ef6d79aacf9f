# F05: the session is one of another council
# reports: F05 N04
# echoes: the name of the session says that it is of Sapporo

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX cnc: <https://w3id.org/jp-ccua/id/council/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX ses: <https://w3id.org/jp-ccua/id/session/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE DATA { ses:sapporo-2020-1-regular ccua:sessionOf cnc:sapporo } ;
INSERT DATA {
    ses:sapporo-2020-1-regular ccua:sessionOf cnc:ebetsu .
    cnc:ebetsu
        a ccua:MunicipalCouncil ;
        skos:prefLabel "江別市議会"@ja , "Ebetsu City Council"@en ;
        org:unitOf muni:hokkaido-ebetsu .
}
