# G12: the dissolution of the union is called an event as well
# reports: G12

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX graph: <https://w3id.org/jp-ccua/graph/>

INSERT DATA { GRAPH graph:seed-L78 { evt:union-dissolution a ccua:Event } }
