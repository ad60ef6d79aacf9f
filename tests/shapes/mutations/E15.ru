# E15: a code taken for the city
# reports: E15

PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>

INSERT DATA {
    muni:hokkaido-otaru owl:sameAs <http://data.e-stat.go.jp/lod/sac/C01203> .
}
