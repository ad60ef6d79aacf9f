# B02: the amendment points to a vision
# reports: B02

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>

DELETE DATA { agr:sapporo-iwamizawa-2021 ccua:amends agr:sapporo-iwamizawa-2019 } ;
INSERT DATA { agr:sapporo-iwamizawa-2021 ccua:amends vis:sapporo-1 }
