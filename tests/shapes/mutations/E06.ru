# E06: the corporate number of Ebetsu given to Otaru
# reports: E06

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE { muni:hokkaido-otaru ccua:corporateNumber ?old }
INSERT { muni:hokkaido-otaru ccua:corporateNumber "9000020012173" }
WHERE { muni:hokkaido-otaru ccua:corporateNumber ?old }
