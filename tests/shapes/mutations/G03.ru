# G03: the derived graph without its author
# reports: G03

PREFIX graph: <https://w3id.org/jp-ccua/graph/>
PREFIX prov: <http://www.w3.org/ns/prov#>

DELETE WHERE { graph:derived prov:wasAttributedTo ?old }
