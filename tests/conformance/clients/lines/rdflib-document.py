from rdflib import Dataset

data = Dataset()  # a Graph takes no TriG and no N-Quads
data.parse("{{ document(suffix) }}")
print(data.default_graph.serialize(format="nt"))
