# E04: a digit of a corporate number lost
# reports: E04

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE { muni:hokkaido-otaru ccua:corporateNumber ?old }
INSERT { muni:hokkaido-otaru ccua:corporateNumber "900002001203" }
WHERE { muni:hokkaido-otaru ccua:corporateNumber ?old }
