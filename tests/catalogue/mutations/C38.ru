# The topic of a record is typed as what it is, and not as a resource.

PREFIX dcat: <http://www.w3.org/ns/dcat#>

DELETE DATA { <https://w3id.org/jp-ccua/dataset/sapporo> a dcat:Resource }
