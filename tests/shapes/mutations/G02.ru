# G02: a digest removed
# reports: G02

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX psg: <https://w3id.org/jp-ccua/id/passage/>

DELETE WHERE { psg:seed-l79 ccua:passageDigest ?old }
