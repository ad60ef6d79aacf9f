from SPARQLWrapper import SPARQLWrapper

server = SPARQLWrapper("{{ endpoint }}", returnFormat="{{ format }}")
server.setQuery(r"""
{{ query }}
""")
print(server.query().response.read().decode(), end="")
