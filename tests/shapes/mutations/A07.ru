# A07: the date of the Otaru agreement is weakened to a month
# reports: A07 D13
# echoes: the date as written has a day

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA { agr:sapporo-otaru-2019 ccua:concludedOn "2019-03-29"^^xsd:date } ;
INSERT DATA { agr:sapporo-otaru-2019 ccua:concludedOn "2019-03"^^xsd:gYearMonth }
