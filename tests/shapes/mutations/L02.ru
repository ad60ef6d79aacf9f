# L02: an ideographic space after a name
# reports: L02

PREFIX dct: <http://purl.org/dc/terms/>
PREFIX src: <https://w3id.org/jp-ccua/id/source/>

DELETE { src:seed dct:title ?old }
INSERT { src:seed dct:title "連携中枢都市宣言/連携協約/連携中枢都市圏ビジョンほか　"@ja }
WHERE { src:seed dct:title ?old }
