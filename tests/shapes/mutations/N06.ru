# N06: line 60 of the page is said to be line 61
# reports: N06

PREFIX psg: <https://w3id.org/jp-ccua/id/passage/>
PREFIX schema: <https://schema.org/>

DELETE { psg:seed-l60 schema:position ?old }
INSERT { psg:seed-l60 schema:position 61 }
WHERE { psg:seed-l60 schema:position ?old }
