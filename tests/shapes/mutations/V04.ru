# V04: the first term ends on the first day of the second
# reports: V04 D10 V05
# echoes: the second term does not start on the day after, and the day as written says otherwise

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA { vis:sapporo-1 ccua:validThrough "2024-03-31"^^xsd:date } ;
INSERT DATA { vis:sapporo-1 ccua:validThrough "2024-04-01"^^xsd:date }
