# F06: the submission is emptied
# reports: F06

PREFIX acc: <https://w3id.org/jp-ccua/id/accounts/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

DELETE DATA { evt:accounts-submission ccua:submittedItem acc:union-fy2019 }
