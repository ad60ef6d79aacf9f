# A theme has no label.

PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

DELETE WHERE { <https://w3id.org/jp-ccua/concept/theme/municipal-partnerships> skos:prefLabel ?value }
