# F08: the date of the page is used as date of the approval
# reports: F08 G07
# echoes: the gap that says the day is not known is filled

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA { evt:accounts-approval ccua:dateStated "2024-04-03"^^xsd:date } ;
DELETE { evt:accounts-approval ?property ?old }
INSERT { evt:accounts-approval ?property "2024-04-03"^^xsd:date }
WHERE {
    evt:accounts-approval ?property ?old .
    FILTER (?property IN (ccua:earliestDate, ccua:latestDate))
}
