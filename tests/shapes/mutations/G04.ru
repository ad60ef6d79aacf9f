# G04: an anonymous event
# reports: G04

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>

INSERT DATA {
    _:event a ccua:Event ; ccua:statedReason "出典のない出来事"@ja .
}
