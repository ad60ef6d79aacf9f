# L06: kana used as a label
# reports: L06

PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

INSERT DATA {
    muni:hokkaido-otaru skos:prefLabel "おたるし"@ja-hrkt .
}
