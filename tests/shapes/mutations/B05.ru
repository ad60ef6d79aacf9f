# B05: the base agreement amends its amendment
# reports: B05

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>

INSERT DATA { agr:sapporo-iwamizawa-2019 ccua:amends agr:sapporo-iwamizawa-2021 }
