# D10: the day before, in writing only
# reports: D10

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

DELETE { evt:union-dissolution ccua:dateAsWritten ?old }
INSERT { evt:union-dissolution ccua:dateAsWritten "令和元年7月３０日"@ja }
WHERE { evt:union-dissolution ccua:dateAsWritten ?old }
