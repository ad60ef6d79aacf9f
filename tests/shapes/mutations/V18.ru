# V18: the projects are as far as a role
# reports: V18

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX progress: <https://w3id.org/jp-ccua/concept/progress/>
PREFIX role: <https://w3id.org/jp-ccua/concept/role/>
PREFIX undertaking: <https://w3id.org/jp-ccua/id/undertaking/>

DELETE DATA { undertaking:cooperating-projects ccua:hasProgress progress:under-way } ;
INSERT DATA { undertaking:cooperating-projects ccua:hasProgress role:advisor }
