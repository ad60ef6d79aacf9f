# P06: the media type as text
# reports: P06

PREFIX dct: <http://purl.org/dc/terms/>
PREFIX file: <https://w3id.org/jp-ccua/id/file/>

DELETE { file:agreement-otaru dct:format ?old }
INSERT { file:agreement-otaru dct:format "application/pdf" }
WHERE { file:agreement-otaru dct:format ?old }
