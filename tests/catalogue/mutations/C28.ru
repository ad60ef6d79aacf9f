# A description is too short for a search engine.

PREFIX dct: <http://purl.org/dc/terms/>

DELETE { <https://w3id.org/jp-ccua/dataset/sapporo/vocabulary> dct:description ?old } INSERT { <https://w3id.org/jp-ccua/dataset/sapporo/vocabulary> dct:description "Words."@en } WHERE { <https://w3id.org/jp-ccua/dataset/sapporo/vocabulary> dct:description ?old }
