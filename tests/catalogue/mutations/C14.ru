# A file has a media type that nobody typed.

PREFIX dcat: <http://www.w3.org/ns/dcat#>

DELETE { <https://w3id.org/jp-ccua/dataset/sapporo/distribution/data.ttl> dcat:mediaType ?old } INSERT { <https://w3id.org/jp-ccua/dataset/sapporo/distribution/data.ttl> dcat:mediaType <https://example.org/turtle> } WHERE { <https://w3id.org/jp-ccua/dataset/sapporo/distribution/data.ttl> dcat:mediaType ?old }
