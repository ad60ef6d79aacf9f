# D01: a day as a plain string
# reports: D01

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

DELETE { evt:union-dissolution ccua:dateStated ?old }
INSERT { evt:union-dissolution ccua:dateStated "2019-07-31" }
WHERE { evt:union-dissolution ccua:dateStated ?old }
