# A06: hasParty says Ebetsu, counterparty says Otaru
# reports: A06

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE DATA { agr:sapporo-otaru-2019 ccua:hasParty muni:hokkaido-otaru } ;
INSERT DATA { agr:sapporo-otaru-2019 ccua:hasParty muni:hokkaido-ebetsu }
