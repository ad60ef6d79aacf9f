# V06: the link to the first vision is removed
# reports: V06

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>

DELETE DATA { vis:sapporo-2 ccua:follows vis:sapporo-1 }
