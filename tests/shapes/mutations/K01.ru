# K01: Otaru declares itself core city
# reports: K01

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE { evt:core-city-declaration ccua:declaredBy ?old }
INSERT { evt:core-city-declaration ccua:declaredBy muni:hokkaido-otaru }
WHERE { evt:core-city-declaration ccua:declaredBy ?old }
