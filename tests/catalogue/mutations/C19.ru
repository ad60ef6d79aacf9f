# The publisher has no name.

PREFIX foaf: <http://xmlns.com/foaf/0.1/>

DELETE WHERE { <https://w3id.org/jp-ccua/id/agent/editors> foaf:name ?value }
