from rdflib import Graph
from SPARQLWrapper import SPARQLWrapper

server = SPARQLWrapper("{{ endpoint }}", returnFormat="{{ format }}")
server.setQuery("DESCRIBE <{{ iri }}>")
found = server.query().convert()
if not isinstance(found, Graph):  # Turtle and N3 come as text
    found = Graph().parse(data=found, format="{{ format }}")
print(found.serialize(format="nt"))
