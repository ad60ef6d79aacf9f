from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore

graph = Graph(SPARQLStore("{{ endpoint }}"))
found = graph.query(r"""
{{ query }}
""")
print(found.serialize(format="json").decode())
