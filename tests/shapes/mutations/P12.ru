# P12: the listed PDF is typed as the text that it carries
# reports: P12

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX doc: <https://w3id.org/jp-ccua/id/document/>

INSERT DATA {
    doc:outline a ccua:Instrument .
}
