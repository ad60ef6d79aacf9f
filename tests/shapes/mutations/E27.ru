# E27: a population as xsd:double
# reports: E27

PREFIX cen: <https://w3id.org/jp-ccua/id/census/>
PREFIX schema: <https://schema.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
    cen:hokkaido-otaru-2020 schema:value "1.11299E5"^^xsd:double .
}
