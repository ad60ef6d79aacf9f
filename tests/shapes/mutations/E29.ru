# E29: hectares for square kilometres
# reports: E29

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE { muni:hokkaido-otaru ccua:areaSquareKilometres ?old }
INSERT { muni:hokkaido-otaru ccua:areaSquareKilometres 24387.0 }
WHERE { muni:hokkaido-otaru ccua:areaSquareKilometres ?old }
