# G09: a statement stands in a new graph that nobody described
# reports: G09

PREFIX graph: <https://w3id.org/jp-ccua/graph/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
    GRAPH graph:found-somewhere { muni:hokkaido-otaru skos:prefLabel "小樽市"@ja }
}
