# S04: what passed is removed
# reports: S04

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

DELETE WHERE { evt:settlement-succession ccua:succeededMatter ?matter }
