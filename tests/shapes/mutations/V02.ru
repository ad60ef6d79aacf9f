# V02: the end day of the second vision is removed
# reports: V02

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA { vis:sapporo-2 ccua:validThrough "2029-03-31"^^xsd:date }
