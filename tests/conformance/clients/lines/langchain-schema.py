import re

from langchain_community.graphs import RdfGraph

graph = RdfGraph(query_endpoint="{{ endpoint }}", standard="{{ standard }}")
graph.load_schema()
print("iri")
print(*sorted(set(re.findall(r"<(\S+)>", graph.get_schema))), sep="\n")
