# M14: the area has no core city
# reports: M14 K01 M05 V07 V08
# echoes: a city that leads nothing declared and makes the visions, rests on no agreement and is heard by nobody

PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX role: <https://w3id.org/jp-ccua/concept/role/>

DELETE DATA { mbr:sapporo-sapporo org:role role:core-city } ;
INSERT DATA { mbr:sapporo-sapporo org:role role:cooperating-municipality }
