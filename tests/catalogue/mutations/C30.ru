# A keyword has a middle dot, as words from abroad often have in Japanese.

PREFIX dcat: <http://www.w3.org/ns/dcat#>

INSERT DATA { <https://w3id.org/jp-ccua/dataset/sapporo> dcat:keyword "リンクト・オープン・データ"@ja }
