# N01: the first regular session is numbered 2
# reports: N01 N06
# echoes: the number in its IRI is 1 as well

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX ses: <https://w3id.org/jp-ccua/id/session/>

DELETE { ses:sapporo-2020-1-regular ccua:sessionOrdinal ?old }
INSERT { ses:sapporo-2020-1-regular ccua:sessionOrdinal 2 }
WHERE { ses:sapporo-2020-1-regular ccua:sessionOrdinal ?old }
