# A file cannot be had anywhere.

PREFIX dcat: <http://www.w3.org/ns/dcat#>

DELETE WHERE { <https://w3id.org/jp-ccua/dataset/sapporo/distribution/data.ttl> dcat:accessURL ?value }
