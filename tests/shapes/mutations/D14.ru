# D14: the words of the source for the day of the declaration are left out
# reports: D14

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX graph: <https://w3id.org/jp-ccua/graph/>

DELETE WHERE {
    GRAPH graph:seed-L19 { evt:core-city-declaration ccua:dateAsWritten ?words }
}
