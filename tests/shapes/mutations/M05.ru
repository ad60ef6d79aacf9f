# M05: the founding agreement of Otaru is removed
# reports: M05

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>

DELETE DATA { mbr:sapporo-otaru ccua:establishedBy agr:sapporo-otaru-2019 }
