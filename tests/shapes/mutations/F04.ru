# F04: the city itself approves
# reports: F04

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX cnc: <https://w3id.org/jp-ccua/id/council/>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE DATA { evt:accounts-approval ccua:approvedBy cnc:sapporo } ;
INSERT DATA { evt:accounts-approval ccua:approvedBy muni:hokkaido-sapporo }
