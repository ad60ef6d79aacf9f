# A09: the Naganuma agreement no longer points to the area
# reports: A09 A16 M15
# echoes: the agreement names no area, and Naganuma is a member without an agreement

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX prt: <https://w3id.org/jp-ccua/id/partnership/>

DELETE DATA { agr:sapporo-naganuma-2019 ccua:formsPartnership prt:sapporo }
