# F09: Ebetsu takes over, Sapporo submits
# reports: F09

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE DATA { evt:settlement-succession ccua:successor muni:hokkaido-sapporo } ;
INSERT DATA { evt:settlement-succession ccua:successor muni:hokkaido-ebetsu }
