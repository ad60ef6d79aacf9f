# V07: Otaru formulates the second vision
# reports: V07 V09
# echoes: Otaru is then heard by itself

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>

DELETE DATA { vis:sapporo-2 ccua:formulatedBy muni:hokkaido-sapporo } ;
INSERT DATA { vis:sapporo-2 ccua:formulatedBy muni:hokkaido-otaru }
