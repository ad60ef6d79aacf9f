# A16: the Nanporo agreement names no area
# reports: A16 A09 M15
# echoes: only ten form the area, and Nanporo is a member without an agreement

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX prt: <https://w3id.org/jp-ccua/id/partnership/>

DELETE DATA { agr:sapporo-nanporo-2019 ccua:formsPartnership prt:sapporo }
