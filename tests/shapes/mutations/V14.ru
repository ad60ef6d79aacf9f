# V14: the outline concerns the union
# reports: V14

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX out: <https://w3id.org/jp-ccua/id/outline/>
PREFIX prt: <https://w3id.org/jp-ccua/id/partnership/>
PREFIX unn: <https://w3id.org/jp-ccua/id/union/>

DELETE DATA { out:promotion-structure ccua:concernsPartnership prt:sapporo } ;
INSERT DATA { out:promotion-structure ccua:concernsPartnership unn:sapporo-wide-area-union }
