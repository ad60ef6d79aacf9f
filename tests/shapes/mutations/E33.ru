# E33: the former village of Atsuta has two last days, and Hamamasu none
# reports: E33 E25
# E25: neither ends the day before the merger, or not only

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA { muni:hokkaido-atsuta ccua:validThrough "2005-09-29"^^xsd:date } ;
DELETE WHERE { muni:hokkaido-hamamasu ccua:validThrough ?old }
