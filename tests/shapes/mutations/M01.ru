# M01: a person is the member
# reports: M01 M06 M11
# echoes: the agreement is not with that person, and Otaru has no membership

PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX person: <https://w3id.org/jp-ccua/id/person/>

DELETE DATA { mbr:sapporo-otaru org:member muni:hokkaido-otaru } ;
INSERT DATA { mbr:sapporo-otaru org:member person:terashima-jitsuro }
