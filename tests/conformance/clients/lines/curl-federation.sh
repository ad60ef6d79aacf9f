curl --fail --silent --show-error --header 'Accept: application/sparql-results+json' \
  --data-urlencode query@- {{ engines[engine] }} <<'SPARQL'
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT DISTINCT ?municipality ?code ?name WHERE {
  SERVICE <{{ endpoint }}> { ?municipality ccua:standardAreaCode ?code }
  ?municipality skos:prefLabel ?name .
  FILTER (LANG(?name) = "ja")
}
ORDER BY ?code
SPARQL
