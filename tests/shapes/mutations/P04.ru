# P04: the comma kept, the type lost
# reports: P04

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX file: <https://w3id.org/jp-ccua/id/file/>

DELETE { file:agreement-otaru ccua:statedSizeKB ?old }
INSERT { file:agreement-otaru ccua:statedSizeKB "2,285" }
WHERE { file:agreement-otaru ccua:statedSizeKB ?old }
