# E13: a population of the union
# reports: E13

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX cen: <https://w3id.org/jp-ccua/id/census/>
PREFIX unn: <https://w3id.org/jp-ccua/id/union/>

DELETE { cen:hokkaido-otaru-2020 ccua:populationOf ?old }
INSERT { cen:hokkaido-otaru-2020 ccua:populationOf unn:sapporo-wide-area-union }
WHERE { cen:hokkaido-otaru-2020 ccua:populationOf ?old }
