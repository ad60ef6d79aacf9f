# R02: appointed by the area instead of the city
# reports: R02 R04
# R04: the post is one of the city

PREFIX apt: <https://w3id.org/jp-ccua/id/appointment/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prt: <https://w3id.org/jp-ccua/id/partnership/>

DELETE { apt:terashima-jitsuro org:organization ?old }
INSERT { apt:terashima-jitsuro org:organization prt:sapporo }
WHERE { apt:terashima-jitsuro org:organization ?old }
