# A11: the Otaru document carries the title of another agreement
# reports: A11 P11
# echoes: the link text still starts with the old title

PREFIX dct: <http://purl.org/dc/terms/>
PREFIX doc: <https://w3id.org/jp-ccua/id/document/>

DELETE DATA { doc:agreement-otaru dct:title "連携中枢都市圏形成に係る連携協約(小樽市)"@ja } ;
INSERT DATA { doc:agreement-otaru dct:title "連携中枢都市圏形成に係る連携協約(江別市)"@ja }
