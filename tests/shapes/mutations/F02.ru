# F02: the fiscal year is removed
# reports: F02

PREFIX acc: <https://w3id.org/jp-ccua/id/accounts/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX fy: <https://w3id.org/jp-ccua/id/fiscal-year/>

DELETE DATA { acc:union-fy2019 ccua:forFiscalYear fy:2019 }
