# V16: the policy is for one of its functions
# reports: V16

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX fn: <https://w3id.org/jp-ccua/concept/function/>
PREFIX pol: <https://w3id.org/jp-ccua/id/policy/>

DELETE WHERE { pol:ccua-initiative ccua:pursuesPurpose ?purpose } ;
INSERT DATA { pol:ccua-initiative ccua:pursuesPurpose fn:economic-growth }
