# P08: one file for two documents
# reports: P08 P05
# P05: the size is not the one in the text of the second link

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX doc: <https://w3id.org/jp-ccua/id/document/>
PREFIX file: <https://w3id.org/jp-ccua/id/file/>

INSERT DATA {
    doc:agreement-ebetsu ccua:hasFile file:agreement-otaru .
}
