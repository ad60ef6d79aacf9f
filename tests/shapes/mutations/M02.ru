# M02: the membership of Otaru is moved to the union
# reports: M02 M11
# echoes: Otaru has no membership in the area

PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prt: <https://w3id.org/jp-ccua/id/partnership/>
PREFIX unn: <https://w3id.org/jp-ccua/id/union/>

DELETE DATA { mbr:sapporo-otaru org:organization prt:sapporo } ;
INSERT DATA { mbr:sapporo-otaru org:organization unn:sapporo-wide-area-union }
