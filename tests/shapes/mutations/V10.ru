# V10: a joint declaration
# reports: V10 K01
# echoes: Otaru does not take the role of the core city

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

INSERT DATA { evt:core-city-declaration ccua:declaredBy muni:hokkaido-otaru }
