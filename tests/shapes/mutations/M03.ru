# M03: the role of advisor on a municipality
# reports: M03

PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX role: <https://w3id.org/jp-ccua/concept/role/>

DELETE DATA { mbr:sapporo-otaru org:role role:cooperating-municipality } ;
INSERT DATA { mbr:sapporo-otaru org:role role:advisor }
