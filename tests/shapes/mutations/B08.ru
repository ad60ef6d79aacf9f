# B08: the extent is a concept of another scheme
# reports: B08

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX extent: <https://w3id.org/jp-ccua/concept/extent/>
PREFIX role: <https://w3id.org/jp-ccua/concept/role/>

DELETE DATA { agr:sapporo-iwamizawa-2021 ccua:amendmentExtent extent:partial } ;
INSERT DATA { agr:sapporo-iwamizawa-2021 ccua:amendmentExtent role:core-city }
