# E21: a notice without its issuer
# reports: E21

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX notice: <https://w3id.org/jp-ccua/id/notice/>

DELETE WHERE { notice:sapporo-2019-1693 ccua:issuedBy ?old }
