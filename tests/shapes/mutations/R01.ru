# R01: a municipality as advisor
# reports: R01

PREFIX apt: <https://w3id.org/jp-ccua/id/appointment/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX org: <http://www.w3.org/ns/org#>

DELETE { apt:terashima-jitsuro org:member ?old }
INSERT { apt:terashima-jitsuro org:member muni:hokkaido-otaru }
WHERE { apt:terashima-jitsuro org:member ?old }
