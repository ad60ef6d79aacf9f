# P05: two digits swapped
# reports: P05

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX file: <https://w3id.org/jp-ccua/id/file/>

DELETE { file:agreement-otaru ccua:statedSizeKB ?old }
INSERT { file:agreement-otaru ccua:statedSizeKB 2258 }
WHERE { file:agreement-otaru ccua:statedSizeKB ?old }
