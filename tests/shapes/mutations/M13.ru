# M13: the membership of Otaru is typed as one of the union too
# reports: M13 E26
# echoes: nobody belongs to an area as to a union

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>

INSERT DATA { mbr:sapporo-otaru a ccua:UnionMembership }
