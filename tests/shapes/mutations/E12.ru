# E12: a second figure for Otaru in 2020
# reports: E12 N06
# echoes: the year in the IRI is still 2015

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX cen: <https://w3id.org/jp-ccua/id/census/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { cen:hokkaido-otaru-2015 ccua:censusYear ?old }
INSERT { cen:hokkaido-otaru-2015 ccua:censusYear "2020"^^xsd:gYear }
WHERE { cen:hokkaido-otaru-2015 ccua:censusYear ?old }
