# A date is a sentence.

PREFIX dct: <http://purl.org/dc/terms/>

DELETE { <https://w3id.org/jp-ccua/dataset/sapporo/vocabulary> dct:modified ?old } INSERT { <https://w3id.org/jp-ccua/dataset/sapporo/vocabulary> dct:modified "last spring" } WHERE { <https://w3id.org/jp-ccua/dataset/sapporo/vocabulary> dct:modified ?old }
