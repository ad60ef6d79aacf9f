# E17: the day of the announcement beside the day of signing
# reports: E17

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX pag: <https://w3id.org/jp-ccua/id/partner-agreement/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
    pag:sapporo-lawson-2019 ccua:concludedOn "2019-07-25"^^xsd:date .
}
