# The catalogue lists nothing.

PREFIX dcat: <http://www.w3.org/ns/dcat#>

DELETE WHERE { <https://w3id.org/jp-ccua/catalogue> dcat:dataset ?value }
