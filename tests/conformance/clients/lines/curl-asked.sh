curl --fail --silent --show-error --header 'Accept: application/sparql-results+json' \
  --data-urlencode query@- {{ endpoint }} <<'SPARQL'
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT DISTINCT ?municipality ?code ?name WHERE {
  ?municipality ccua:standardAreaCode ?code .
  SERVICE <{{ engines[engine] }}> { ?municipality skos:prefLabel ?name }
  FILTER (LANG(?name) = "ja")
}
ORDER BY ?code
SPARQL
