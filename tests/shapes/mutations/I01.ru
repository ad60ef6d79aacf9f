# I01: Otaru and Ebetsu have one home page
# reports: I01

PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE { muni:hokkaido-ebetsu foaf:homepage ?old }
INSERT { muni:hokkaido-ebetsu foaf:homepage ?page }
WHERE { muni:hokkaido-otaru foaf:homepage ?page . muni:hokkaido-ebetsu foaf:homepage ?old }
