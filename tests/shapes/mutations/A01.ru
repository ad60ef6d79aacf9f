# A01: a third party is added to the Otaru agreement
# reports: A01 A06
# echoes: the third party has none of the two roles

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

INSERT DATA { agr:sapporo-otaru-2019 ccua:hasParty muni:hokkaido-ebetsu }
