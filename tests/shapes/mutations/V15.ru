# V15: the declaration is made by nobody
# reports: V15

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE DATA { evt:core-city-declaration ccua:declaredBy muni:hokkaido-sapporo }
