# B07: an end date is invented for the base agreement
# reports: B07

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA { agr:sapporo-iwamizawa-2019 ccua:validThrough "2021-06-24"^^xsd:date }
