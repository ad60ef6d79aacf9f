# W05: the post mark kept
# reports: W05

PREFIX adr: <https://w3id.org/jp-ccua/id/address/>
PREFIX locn: <http://www.w3.org/ns/locn#>

DELETE { adr:city-hall locn:postCode ?old }
INSERT { adr:city-hall locn:postCode "〒060-8611" }
WHERE { adr:city-hall locn:postCode ?old }
