# E11: a census in 2021
# reports: E11 N06
# echoes: the year in the IRI is 2020

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX cen: <https://w3id.org/jp-ccua/id/census/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { cen:hokkaido-otaru-2020 ccua:censusYear ?old }
INSERT { cen:hokkaido-otaru-2020 ccua:censusYear "2021"^^xsd:gYear }
WHERE { cen:hokkaido-otaru-2020 ccua:censusYear ?old }
