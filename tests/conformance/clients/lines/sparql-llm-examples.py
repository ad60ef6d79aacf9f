import json

from sparql_llm import SparqlExamplesLoader

documents = SparqlExamplesLoader("{{ endpoint }}").load()
found = [{"question": d.page_content, "answer": d.metadata["answer"]} for d in documents]
found.sort(key=lambda one: (one["question"], one["answer"]))
print(json.dumps(found, ensure_ascii=False, indent=2))
