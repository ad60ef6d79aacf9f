# B04: the amendment has the day of the base agreement
# reports: B04 D10 N06
# echoes: neither the date as written nor the year in the IRI is of 2019

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { agr:sapporo-iwamizawa-2021 ?property ?old }
INSERT { agr:sapporo-iwamizawa-2021 ?property "2019-03-29"^^xsd:date }
WHERE {
    agr:sapporo-iwamizawa-2021 ?property ?old .
    FILTER (?property IN (ccua:concludedOn, ccua:dateStated, ccua:earliestDate, ccua:latestDate))
}
