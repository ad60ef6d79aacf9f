# A04: the counterparty of the Otaru agreement is removed
# reports: A04 M15
# echoes: Otaru is a member without being a partner

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE DATA { agr:sapporo-otaru-2019 ccua:counterparty muni:hokkaido-otaru }
