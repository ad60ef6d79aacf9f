curl --fail --silent --show-error --header 'Accept: application/sparql-results+json' \
  --data-urlencode query@- {{ endpoint }} <<'SPARQL'
{{ query }}
SPARQL
