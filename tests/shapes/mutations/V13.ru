# V13: the first vision starts in 2018
# reports: V13 D05 E22
# echoes: the years as written and the day of adoption say otherwise

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA { vis:sapporo-1 ccua:validFrom "2019-04-01"^^xsd:date } ;
INSERT DATA { vis:sapporo-1 ccua:validFrom "2018-04-01"^^xsd:date }
