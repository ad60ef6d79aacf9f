# E28: a digit too many
# reports: E28

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX cen: <https://w3id.org/jp-ccua/id/census/>

DELETE { cen:hokkaido-chitose-2015 ccua:population ?old }
INSERT { cen:hokkaido-chitose-2015 ccua:population 956480 }
WHERE { cen:hokkaido-chitose-2015 ccua:population ?old }
