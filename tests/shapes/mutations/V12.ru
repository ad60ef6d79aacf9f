# V12: two functions are left
# reports: V12

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX fn: <https://w3id.org/jp-ccua/concept/function/>
PREFIX pol: <https://w3id.org/jp-ccua/id/policy/>

DELETE DATA { pol:ccua-initiative ccua:pursuesFunction fn:living-services }
