# A checksum does not say how it was made.

PREFIX spdx: <http://spdx.org/rdf/terms#>

DELETE WHERE { <https://w3id.org/jp-ccua/dataset/sapporo/distribution/data.ttl#checksum> spdx:algorithm ?value }
