# E25: a former village that lasts through the day of the merger
# reports: E25

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE { muni:hokkaido-atsuta ccua:validThrough ?old }
INSERT { muni:hokkaido-atsuta ccua:validThrough "2005-10-01"^^xsd:date }
WHERE { muni:hokkaido-atsuta ccua:validThrough ?old }
