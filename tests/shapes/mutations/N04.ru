# N04: the accounts of the union are said to be of the city
# reports: N04

PREFIX acc: <https://w3id.org/jp-ccua/id/accounts/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX unn: <https://w3id.org/jp-ccua/id/union/>

DELETE DATA { acc:union-fy2019 ccua:accountsOf unn:sapporo-wide-area-union } ;
INSERT DATA { acc:union-fy2019 ccua:accountsOf muni:hokkaido-sapporo }
