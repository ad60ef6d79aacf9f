# The contact has a name in each of two languages.

PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>

INSERT DATA { <https://w3id.org/jp-ccua/id/contact/editors> vcard:fn "editors of Renkei"@en }
