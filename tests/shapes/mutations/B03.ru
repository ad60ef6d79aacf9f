# B03: the amendment points to the Otaru agreement
# reports: B03

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>

DELETE DATA { agr:sapporo-iwamizawa-2021 ccua:amends agr:sapporo-iwamizawa-2019 } ;
INSERT DATA { agr:sapporo-iwamizawa-2021 ccua:amends agr:sapporo-otaru-2019 }
