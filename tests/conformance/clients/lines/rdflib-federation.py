from rdflib import Graph

mine = Graph().parse("{{ document('ttl') }}")
found = mine.query("""
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?code ?name WHERE {
  <{{ iri }}> ccua:standardAreaCode ?code .
  SERVICE <{{ endpoint }}> { <{{ iri }}> skos:prefLabel ?name }
  FILTER (LANG(?name) = "ja")
}
""")
print(found.serialize(format="json").decode())
