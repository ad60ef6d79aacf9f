# S01: the predecessor is removed
# reports: S01

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX unn: <https://w3id.org/jp-ccua/id/union/>

DELETE DATA { evt:settlement-succession ccua:predecessor unn:sapporo-wide-area-union }
