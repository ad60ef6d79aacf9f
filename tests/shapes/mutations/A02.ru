# A02: the union is put in as a party of the Otaru agreement
# reports: A02 A06
# echoes: the union has none of the two roles

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX unn: <https://w3id.org/jp-ccua/id/union/>

DELETE DATA { agr:sapporo-otaru-2019 ccua:hasParty muni:hokkaido-otaru } ;
INSERT DATA { agr:sapporo-otaru-2019 ccua:hasParty unn:sapporo-wide-area-union }
