# V11: Sapporo declares to be a cooperating municipality
# reports: V11 K01
# echoes: the role that Sapporo takes is that of the core city

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX role: <https://w3id.org/jp-ccua/concept/role/>

DELETE DATA { evt:core-city-declaration ccua:declaredRole role:core-city } ;
INSERT DATA { evt:core-city-declaration ccua:declaredRole role:cooperating-municipality }
