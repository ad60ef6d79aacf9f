# U11: the area is also typed as a union
# reports: U11

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX prt: <https://w3id.org/jp-ccua/id/partnership/>

INSERT DATA { prt:sapporo a ccua:MunicipalUnion }
