# E10: nobody counted
# reports: E10

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX cen: <https://w3id.org/jp-ccua/id/census/>

DELETE { cen:hokkaido-otaru-2020 ccua:population ?old }
INSERT { cen:hokkaido-otaru-2020 ccua:population 0 }
WHERE { cen:hokkaido-otaru-2020 ccua:population ?old }
