# D05: Heisei 10 for 1997
# reports: D05

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

DELETE { evt:union-foundation ccua:dateAsWritten ?old }
INSERT { evt:union-foundation ccua:dateAsWritten "平成10年2月"@ja }
WHERE { evt:union-foundation ccua:dateAsWritten ?old }
