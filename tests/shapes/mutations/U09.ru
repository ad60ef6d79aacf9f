# U09: the union submits its own accounts in 2020
# reports: U09

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX unn: <https://w3id.org/jp-ccua/id/union/>

DELETE DATA { evt:accounts-submission ccua:submittedBy muni:hokkaido-sapporo } ;
INSERT DATA { evt:accounts-submission ccua:submittedBy unn:sapporo-wide-area-union }
