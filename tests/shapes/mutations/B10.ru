# B10: the amendment is said to form the area
# reports: B10

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX prt: <https://w3id.org/jp-ccua/id/partnership/>

INSERT DATA { agr:sapporo-iwamizawa-2021 ccua:formsPartnership prt:sapporo }
