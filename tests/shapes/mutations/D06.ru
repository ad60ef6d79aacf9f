# D06: July of Heisei 31
# reports: D06

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

DELETE { evt:union-dissolution ccua:dateAsWritten ?old }
INSERT { evt:union-dissolution ccua:dateAsWritten "平成31年7月31日"@ja }
WHERE { evt:union-dissolution ccua:dateAsWritten ?old }
