# B01: what the amendment amends is removed
# reports: B01

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>

DELETE DATA { agr:sapporo-iwamizawa-2021 ccua:amends agr:sapporo-iwamizawa-2019 }
