# M09: the end lies before the start
# reports: M09

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
    mbr:sapporo-otaru
        ccua:validFrom "2019-03-29"^^xsd:date ;
        ccua:validThrough "2018-03-29"^^xsd:date .
}
