# M11: Otaru is a party without a membership
# reports: M11

PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>

DELETE WHERE { mbr:sapporo-otaru ?property ?value } ;
DELETE WHERE { ?thing ?property mbr:sapporo-otaru }
