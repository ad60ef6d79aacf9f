# M06: Otaru rests on the Ebetsu agreement
# reports: M06

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>

DELETE DATA { mbr:sapporo-otaru ccua:establishedBy agr:sapporo-otaru-2019 } ;
INSERT DATA { mbr:sapporo-otaru ccua:establishedBy agr:sapporo-ebetsu-2019 }
