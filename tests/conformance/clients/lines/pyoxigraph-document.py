from urllib.request import Request, urlopen

import pyoxigraph as ox

asked = Request("{{ thing }}", headers={"Accept": "application/ld+json"})
with urlopen(asked) as answer:
    statements = ox.parse(answer.read(), ox.RdfFormat.JSON_LD, base_iri=answer.url)
    print(ox.serialize(statements, format=ox.RdfFormat.N_QUADS).decode())
