# The period has no end.

PREFIX dcat: <http://www.w3.org/ns/dcat#>

DELETE WHERE { <https://w3id.org/jp-ccua/id/interval/coverage> dcat:endDate ?value }
