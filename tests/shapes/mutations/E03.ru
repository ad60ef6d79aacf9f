# E03: the area code of another city
# reports: E03

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE { muni:hokkaido-ebetsu ccua:standardAreaCode ?old }
INSERT { muni:hokkaido-ebetsu ccua:standardAreaCode "01218" }
WHERE { muni:hokkaido-ebetsu ccua:standardAreaCode ?old }
