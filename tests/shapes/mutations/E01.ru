# E01: a leading zero lost
# reports: E01

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE { muni:hokkaido-sapporo ccua:municipalityCode ?old }
INSERT { muni:hokkaido-sapporo ccua:municipalityCode "11002" }
WHERE { muni:hokkaido-sapporo ccua:municipalityCode ?old }
