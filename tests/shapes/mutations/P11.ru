# P11: a title rewritten
# reports: P11

PREFIX dct: <http://purl.org/dc/terms/>
PREFIX doc: <https://w3id.org/jp-ccua/id/document/>

DELETE { doc:outline dct:title ?old }
INSERT { doc:outline dct:title "圏域の推進体制について"@ja }
WHERE { doc:outline dct:title ?old }
