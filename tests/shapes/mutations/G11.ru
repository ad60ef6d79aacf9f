# G11: the reason for leaving out a line is lost
# reports: G11

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX psg: <https://w3id.org/jp-ccua/id/passage/>

DELETE WHERE { psg:seed-l3 ccua:notModelledBecause ?reason }
