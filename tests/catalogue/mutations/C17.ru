# A service has no address.

PREFIX dcat: <http://www.w3.org/ns/dcat#>

DELETE WHERE { <https://w3id.org/jp-ccua/service/sparql> dcat:endpointURL ?value }
