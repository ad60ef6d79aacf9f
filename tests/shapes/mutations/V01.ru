# V01: two first visions
# reports: V01 N01 N06
# echoes: both the name and the IRI say that it is the second

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>

DELETE DATA { vis:sapporo-2 ccua:periodNumber 2 } ;
INSERT DATA { vis:sapporo-2 ccua:periodNumber 1 }
