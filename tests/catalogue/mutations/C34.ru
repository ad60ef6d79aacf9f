# The mail address is a text.

PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>

INSERT DATA { <https://w3id.org/jp-ccua/id/contact/editors> vcard:hasEmail "editors@example.org" }
