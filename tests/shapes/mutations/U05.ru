# U05: the union is founded in 2020
# reports: U05

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA { evt:union-foundation ccua:dateStated "1997-02"^^xsd:gYearMonth } ;
INSERT DATA { evt:union-foundation ccua:dateStated "2020-02"^^xsd:gYearMonth } ;
DELETE DATA { evt:union-foundation ccua:dateAsWritten "平成9年2月"@ja } ;
INSERT DATA { evt:union-foundation ccua:dateAsWritten "令和2年2月"@ja } ;
DELETE { evt:union-foundation ?property ?old }
INSERT { evt:union-foundation ?property "2020-02-01"^^xsd:date }
WHERE {
    evt:union-foundation ?property ?old .
    FILTER (?property IN (ccua:earliestDate))
} ;
DELETE { evt:union-foundation ?property ?old }
INSERT { evt:union-foundation ?property "2020-02-29"^^xsd:date }
WHERE {
    evt:union-foundation ?property ?old .
    FILTER (?property IN (ccua:latestDate))
}
