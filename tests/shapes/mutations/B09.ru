# B09: the amendment no longer says which area it concerns
# reports: B09

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX prt: <https://w3id.org/jp-ccua/id/partnership/>

DELETE DATA { agr:sapporo-iwamizawa-2021 ccua:concernsPartnership prt:sapporo }
