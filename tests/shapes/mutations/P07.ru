# P07: 2,285 KB turned into 2,339,840 bytes
# reports: P07

PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX file: <https://w3id.org/jp-ccua/id/file/>

INSERT DATA {
    file:agreement-otaru dcat:byteSize 2339840 .
}
