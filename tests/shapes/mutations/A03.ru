# A03: the core-city party of the Otaru agreement is removed
# reports: A03

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE DATA { agr:sapporo-otaru-2019 ccua:coreCityParty muni:hokkaido-sapporo }
