from sparql_llm import SparqlVoidShapesLoader

documents = SparqlVoidShapesLoader("{{ endpoint }}").load()
print("iri")
print(*sorted({document.metadata["iri"] for document in documents}), sep="\n")
