# A keyword is a single letter.

PREFIX dcat: <http://www.w3.org/ns/dcat#>

INSERT DATA { <https://w3id.org/jp-ccua/dataset/sapporo> dcat:keyword "市"@ja }
