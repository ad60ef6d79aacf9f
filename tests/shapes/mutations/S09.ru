# S09: both events point to one consultation
# reports: S09

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

DELETE DATA { evt:settlement-succession ccua:decidedThrough evt:consultation-settlement } ;
INSERT DATA { evt:settlement-succession ccua:decidedThrough evt:consultation-dissolution }
