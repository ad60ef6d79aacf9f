# D13: a day is supplied to the month in which the union was founded
# reports: D13 D04
# echoes: the bounds of the month, which rules derive, lie outside the day

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { evt:union-foundation ccua:dateStated ?month }
INSERT { evt:union-foundation ccua:dateStated "1997-02-01"^^xsd:date }
WHERE { evt:union-foundation ccua:dateStated ?month }
