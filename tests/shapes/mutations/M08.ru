# M08: the start is moved to the first day of the vision
# reports: M08

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA { mbr:sapporo-otaru ccua:validFrom "2019-03-29"^^xsd:date } ;
INSERT DATA { mbr:sapporo-otaru ccua:validFrom "2019-04-01"^^xsd:date }
