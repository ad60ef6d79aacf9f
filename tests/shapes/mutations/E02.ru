# E02: the check digit of a code changed
# reports: E02

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE { muni:hokkaido-atsuta ccua:municipalityCode ?old }
INSERT { muni:hokkaido-atsuta ccua:municipalityCode "013057" }
WHERE { muni:hokkaido-atsuta ccua:municipalityCode ?old }
