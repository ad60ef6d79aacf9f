# F03: the listed PDF is "approved"
# reports: F03 F06
# echoes: the listed document was never submitted

PREFIX acc: <https://w3id.org/jp-ccua/id/accounts/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX doc: <https://w3id.org/jp-ccua/id/document/>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

DELETE DATA { evt:accounts-approval ccua:approvedItem acc:union-fy2019 } ;
INSERT DATA { evt:accounts-approval ccua:approvedItem doc:accounts-fy2019 }
