# L04: kanji in a reading
# reports: L04

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>

DELETE { muni:hokkaido-otaru ccua:reading ?old }
INSERT { muni:hokkaido-otaru ccua:reading "おたる市"@ja-hrkt }
WHERE { muni:hokkaido-otaru ccua:reading ?old }
