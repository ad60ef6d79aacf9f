# A14: only one party of the Otaru agreement is left
# reports: A14 A06
# echoes: the role says who the other one is

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE DATA { agr:sapporo-otaru-2019 ccua:hasParty muni:hokkaido-otaru }
