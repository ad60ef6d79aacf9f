# F01: the body accounted for is removed
# reports: F01

PREFIX acc: <https://w3id.org/jp-ccua/id/accounts/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX unn: <https://w3id.org/jp-ccua/id/union/>

DELETE DATA { acc:union-fy2019 ccua:accountsOf unn:sapporo-wide-area-union }
