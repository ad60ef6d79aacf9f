# L01: a second Japanese label
# reports: L01

PREFIX area: <https://w3id.org/jp-ccua/id/area/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
    area:sapporo skos:prefLabel "札幌の圏域"@ja .
}
