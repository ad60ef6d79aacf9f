# A13: the amendment is dated after the page update
# reports: A13 D10 N06
# echoes: neither the date as written nor the year in the IRI is that of 2025

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { agr:sapporo-iwamizawa-2021 ?property ?old }
INSERT { agr:sapporo-iwamizawa-2021 ?property "2025-06-25"^^xsd:date }
WHERE {
    agr:sapporo-iwamizawa-2021 ?property ?old .
    FILTER (?property IN (ccua:concludedOn, ccua:dateStated, ccua:earliestDate, ccua:latestDate))
}
