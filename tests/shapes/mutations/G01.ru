# G01: two passages for one graph
# reports: G01

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX graph: <https://w3id.org/jp-ccua/graph/>
PREFIX psg: <https://w3id.org/jp-ccua/id/passage/>

INSERT DATA {
    graph:seed-L79 ccua:supportedBy psg:seed-l80 .
}
