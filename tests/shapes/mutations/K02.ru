# K02: core city and counterparty of the Otaru agreement are swapped
# reports: K02 A11 M07
# echoes: the title names Otaru, which is no counterparty any more; the core city of the area concluded one agreement less

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE DATA {
    agr:sapporo-otaru-2019 ccua:coreCityParty muni:hokkaido-sapporo ; ccua:counterparty muni:hokkaido-otaru
} ;
INSERT DATA {
    agr:sapporo-otaru-2019 ccua:coreCityParty muni:hokkaido-otaru ; ccua:counterparty muni:hokkaido-sapporo
}
