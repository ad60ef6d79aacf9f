# E35: the area of Otaru loses its year
# reports: E35

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE WHERE { muni:hokkaido-otaru ccua:areaFiscalYear ?year }
