roqet -q -p {{ endpoint }} -r xml -e "$(cat <<'SPARQL'
{{ query }}
SPARQL
)"
