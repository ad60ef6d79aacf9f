# V10: a joint declaration
# reports: V10

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

INSERT DATA { evt:core-city-declaration ccua:declaredBy muni:hokkaido-otaru }
