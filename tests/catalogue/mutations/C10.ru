# A data set has two versions.

PREFIX dcat: <http://www.w3.org/ns/dcat#>

INSERT DATA { <https://w3id.org/jp-ccua/dataset/sapporo> dcat:version "0.9" }
