# V03: the second vision starts after its end
# reports: V03 D05 M09
# echoes: any period is upside down then, and the years as written say otherwise

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA { vis:sapporo-2 ccua:validThrough "2029-03-31"^^xsd:date } ;
INSERT DATA { vis:sapporo-2 ccua:validThrough "2023-03-31"^^xsd:date }
