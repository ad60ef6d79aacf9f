# A12: the Otaru agreement is concluded eight months before the declaration
# reports: A12 D10 N06
# echoes: neither the date as written nor the year in the IRI is of 2018

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { agr:sapporo-otaru-2019 ?property ?old }
INSERT { agr:sapporo-otaru-2019 ?property "2018-03-29"^^xsd:date }
WHERE {
    agr:sapporo-otaru-2019 ?property ?old .
    FILTER (?property IN (ccua:concludedOn, ccua:dateStated, ccua:earliestDate, ccua:latestDate))
} ;
DELETE { mbr:sapporo-otaru ?property ?old }
INSERT { mbr:sapporo-otaru ?property "2018-03-29"^^xsd:date }
WHERE {
    mbr:sapporo-otaru ?property ?old .
    FILTER (?property IN (ccua:beginsNotBefore, ccua:beginsNotAfter))
}
