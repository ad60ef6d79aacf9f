# V08: Otaru is left out of the second vision
# reports: V08

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>

DELETE DATA { vis:sapporo-2 ccua:consultedWith muni:hokkaido-otaru }
