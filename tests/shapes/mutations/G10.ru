# G10: the term of the second vision is filed under a line that is marked as not modelled
# reports: G10

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX graph: <https://w3id.org/jp-ccua/graph/>
PREFIX psg: <https://w3id.org/jp-ccua/id/passage/>

DELETE DATA { graph:seed-L60 ccua:supportedBy psg:seed-l60 } ;
INSERT DATA { graph:seed-L60 ccua:supportedBy psg:seed-l3 }
