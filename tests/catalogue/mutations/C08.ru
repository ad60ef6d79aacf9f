# A data set has no contact.

PREFIX dcat: <http://www.w3.org/ns/dcat#>

DELETE WHERE { <https://w3id.org/jp-ccua/dataset/sapporo/vocabulary> dcat:contactPoint ?value }
