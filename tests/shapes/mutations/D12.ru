# D12: the dissolution is said to follow the approval of the accounts
# reports: D12

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

INSERT DATA { evt:union-dissolution ccua:afterEvent evt:accounts-approval }
