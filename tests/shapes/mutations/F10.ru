# F10: the fiscal year starts after the dissolution
# reports: F10 N02 N06
# echoes: the year in the names and in the IRI is 2019

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX fy: <https://w3id.org/jp-ccua/id/fiscal-year/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA { fy:2019 ccua:validFrom "2019-04-01"^^xsd:date } ;
INSERT DATA { fy:2019 ccua:validFrom "2020-04-01"^^xsd:date } ;
DELETE DATA { fy:2019 ccua:validThrough "2020-03-31"^^xsd:date } ;
INSERT DATA { fy:2019 ccua:validThrough "2021-03-31"^^xsd:date }
