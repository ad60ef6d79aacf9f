# U08: an open-ended union membership
# reports: U08

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX umb: <https://w3id.org/jp-ccua/id/union-membership/>

DELETE WHERE { umb:sapporo ccua:validThrough ?end }
