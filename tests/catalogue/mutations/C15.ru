# A size is written with its unit.

PREFIX dcat: <http://www.w3.org/ns/dcat#>

DELETE { <https://w3id.org/jp-ccua/dataset/sapporo/distribution/data.ttl> dcat:byteSize ?old } INSERT { <https://w3id.org/jp-ccua/dataset/sapporo/distribution/data.ttl> dcat:byteSize "3 MB" } WHERE { <https://w3id.org/jp-ccua/dataset/sapporo/distribution/data.ttl> dcat:byteSize ?old }
