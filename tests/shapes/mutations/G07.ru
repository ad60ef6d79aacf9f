# G07: the day of succession appears while the gap stays recorded
# reports: G07

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA {
    evt:settlement-succession ccua:dateStated "2019-08-01"^^xsd:date ; ccua:earliestDate "2019-08-01"^^xsd:date ; ccua:latestDate "2019-08-01"^^xsd:date .
}
