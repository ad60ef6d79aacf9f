# U04: the union is turned into Sapporo
# reports: U04

PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX org: <http://www.w3.org/ns/org#>

INSERT DATA { evt:union-dissolution org:resultingOrganization muni:hokkaido-sapporo }
