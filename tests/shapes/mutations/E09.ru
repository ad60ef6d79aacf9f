# E09: a negative area
# reports: E09

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE { muni:hokkaido-otaru ccua:areaSquareKilometres ?old }
INSERT { muni:hokkaido-otaru ccua:areaSquareKilometres -243.87 }
WHERE { muni:hokkaido-otaru ccua:areaSquareKilometres ?old }
