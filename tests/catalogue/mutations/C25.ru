# The place has no middle.

PREFIX dcat: <http://www.w3.org/ns/dcat#>

DELETE WHERE { <https://w3id.org/jp-ccua/id/area/sapporo> dcat:centroid ?value }
