# A17: the area is put in as a party of the Otaru agreement
# reports: A17 A01 A02 A06
# echoes: it is a third one, no municipality, and has none of the two roles

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX prt: <https://w3id.org/jp-ccua/id/partnership/>

INSERT DATA { agr:sapporo-otaru-2019 ccua:hasParty prt:sapporo }
