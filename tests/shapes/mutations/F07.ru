# F07: the year of the session is an era string
# reports: F07 D09 N06
# echoes: an era string is not how dates are written, nor the year in the IRI

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX ses: <https://w3id.org/jp-ccua/id/session/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA { ses:sapporo-2020-1-regular ccua:sessionYear "2020"^^xsd:gYear } ;
INSERT DATA { ses:sapporo-2020-1-regular ccua:sessionYear "令和2年" }
