# P06: the media type as text
# reports: P06

PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX file: <https://w3id.org/jp-ccua/id/file/>

DELETE { file:agreement-otaru dcat:mediaType ?old }
INSERT { file:agreement-otaru dcat:mediaType "application/pdf" }
WHERE { file:agreement-otaru dcat:mediaType ?old }
