import requests
from pyld import jsonld

# Fetched apart: the library's own loader stumbles where a document has several alternates.
document = requests.get("{{ document('jsonld') }}", timeout=30).json()
print(jsonld.to_rdf(document, {"format": "application/n-quads"}))
