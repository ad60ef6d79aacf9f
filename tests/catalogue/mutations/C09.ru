# The provenance of a data set is named and not typed.

DELETE WHERE { <https://w3id.org/jp-ccua/dataset/sapporo#provenance> a ?type }
