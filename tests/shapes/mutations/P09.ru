# P09: the document of the Otaru agreement points to the Ebetsu agreement
# reports: P09 A11
# A11: the title names Otaru, the agreement is with Ebetsu

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX doc: <https://w3id.org/jp-ccua/id/document/>

DELETE { doc:agreement-otaru ccua:publishesTextOf ?old }
INSERT { doc:agreement-otaru ccua:publishesTextOf agr:sapporo-ebetsu-2019 }
WHERE { doc:agreement-otaru ccua:publishesTextOf ?old }
