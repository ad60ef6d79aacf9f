# A15: the date of the Otaru agreement is removed, and no gap says why
# reports: A15

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>

DELETE DATA { agr:sapporo-otaru-2019 ccua:concludedOn "2019-03-29"^^<http://www.w3.org/2001/XMLSchema#date> }
