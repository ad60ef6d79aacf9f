# M07: Ebetsu holds the core-city membership
# reports: M07 M10 M11 V07
# echoes: Ebetsu has two memberships and formulates no vision, Sapporo has none

PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX org: <http://www.w3.org/ns/org#>

DELETE DATA { mbr:sapporo-sapporo org:member muni:hokkaido-sapporo } ;
INSERT DATA { mbr:sapporo-sapporo org:member muni:hokkaido-ebetsu }
