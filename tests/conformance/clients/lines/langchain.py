import json

from langchain_community.graphs import RdfGraph

graph = RdfGraph(query_endpoint="{{ endpoint }}", standard="rdf")
rows = graph.query(r"""
{{ query }}
""")
print(json.dumps([row.asdict() for row in rows], ensure_ascii=False, indent=2))
