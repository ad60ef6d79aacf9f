# E34: Otaru has a last day and is a municipality all the same
# reports: E34

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

INSERT DATA { muni:hokkaido-otaru ccua:validThrough "2030-03-31"^^xsd:date }
