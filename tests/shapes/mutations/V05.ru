# V05: one day lies between the terms
# reports: V05 D10
# echoes: the day as written says otherwise

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX vis: <https://w3id.org/jp-ccua/id/vision/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA { vis:sapporo-2 ccua:validFrom "2024-04-01"^^xsd:date } ;
INSERT DATA { vis:sapporo-2 ccua:validFrom "2024-04-02"^^xsd:date }
