# L03: a reading removed
# reports: L03

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE WHERE { muni:hokkaido-otaru ccua:reading ?old }
