# M08: the membership starts on the day before its agreement
# reports: M08

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA { mbr:sapporo-otaru ccua:validFrom "2019-03-28"^^xsd:date }
