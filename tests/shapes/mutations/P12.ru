# P12: the listed PDF is typed as the text that it carries
# reports: P12 T04
# echoes: the text that it carries has the same name

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX doc: <https://w3id.org/jp-ccua/id/document/>

INSERT DATA {
    doc:outline a ccua:Instrument .
}
