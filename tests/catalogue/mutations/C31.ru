# A table's title says nothing by itself.

PREFIX dct: <http://purl.org/dc/terms/>

DELETE { <https://w3id.org/jp-ccua/tables/members> dct:title ?title }
INSERT { <https://w3id.org/jp-ccua/tables/members> dct:title "構成市町村"@ja }
WHERE { <https://w3id.org/jp-ccua/tables/members> dct:title ?title }
