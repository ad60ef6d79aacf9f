# A data set has no page for people.

PREFIX dcat: <http://www.w3.org/ns/dcat#>

DELETE WHERE { <https://w3id.org/jp-ccua/dataset/sapporo> dcat:landingPage ?page }
