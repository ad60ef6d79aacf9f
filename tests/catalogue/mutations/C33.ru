# The contact leads to the first page and nowhere else.

PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>

DELETE WHERE { <https://w3id.org/jp-ccua/id/contact/editors> vcard:hasEmail ?address }
