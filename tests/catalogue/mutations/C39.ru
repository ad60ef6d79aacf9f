# A period begins in a month.

PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { <https://w3id.org/jp-ccua/id/interval/coverage> dcat:startDate ?day }
INSERT { <https://w3id.org/jp-ccua/id/interval/coverage> dcat:startDate "1997-02"^^xsd:gYearMonth }
WHERE { <https://w3id.org/jp-ccua/id/interval/coverage> dcat:startDate ?day }
