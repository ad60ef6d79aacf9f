# S02: the area succeeds
# reports: S02

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX prt: <https://w3id.org/jp-ccua/id/partnership/>

DELETE DATA { evt:settlement-succession ccua:successor muni:hokkaido-sapporo } ;
INSERT DATA { evt:settlement-succession ccua:successor prt:sapporo }
