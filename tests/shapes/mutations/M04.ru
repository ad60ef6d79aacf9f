# M04: Otaru becomes a second core city
# reports: M04 M07
# echoes: the agreements name Sapporo alone

PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX role: <https://w3id.org/jp-ccua/concept/role/>

DELETE DATA { mbr:sapporo-otaru org:role role:cooperating-municipality } ;
INSERT DATA { mbr:sapporo-otaru org:role role:core-city }
