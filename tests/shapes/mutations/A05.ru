# A05: Sapporo agrees with itself
# reports: A05 A06 A11 M15
# echoes: everything that looks for Otaru as the partner finds Sapporo

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE DATA { agr:sapporo-otaru-2019 ccua:counterparty muni:hokkaido-otaru } ;
INSERT DATA { agr:sapporo-otaru-2019 ccua:counterparty muni:hokkaido-sapporo }
