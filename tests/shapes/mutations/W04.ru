# W04: the telephone number copied into the fax number
# reports: W04

PREFIX cp: <https://w3id.org/jp-ccua/id/contact/>
PREFIX schema: <https://schema.org/>

DELETE { cp:office schema:faxNumber ?old }
INSERT { cp:office schema:faxNumber "011-211-2281" }
WHERE { cp:office schema:faxNumber ?old }
