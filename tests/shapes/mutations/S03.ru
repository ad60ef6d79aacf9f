# S03: the union succeeds itself
# reports: S03

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX unn: <https://w3id.org/jp-ccua/id/union/>

DELETE DATA { evt:settlement-succession ccua:successor muni:hokkaido-sapporo } ;
INSERT DATA { evt:settlement-succession ccua:successor unn:sapporo-wide-area-union }
