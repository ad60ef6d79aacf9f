# E05: the check digit of a corporate number changed
# reports: E05

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE { muni:hokkaido-otaru ccua:corporateNumber ?old }
INSERT { muni:hokkaido-otaru ccua:corporateNumber "8000020012033" }
WHERE { muni:hokkaido-otaru ccua:corporateNumber ?old }
