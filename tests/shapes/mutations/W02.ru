# W02: position 6 becomes 8
# reports: W02

PREFIX bc: <https://w3id.org/jp-ccua/id/breadcrumb/>
PREFIX schema: <https://schema.org/>

DELETE { bc:documents-6 schema:position ?old }
INSERT { bc:documents-6 schema:position 8 }
WHERE { bc:documents-6 schema:position ?old }
