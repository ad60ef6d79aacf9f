# S05: Sapporo is said to result from the succession
# reports: S05

PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX org: <http://www.w3.org/ns/org#>

INSERT DATA { evt:settlement-succession org:resultingOrganization muni:hokkaido-sapporo }
