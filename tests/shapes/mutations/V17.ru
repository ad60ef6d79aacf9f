# V17: the role of core city consists of a purpose
# reports: V17

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX purpose: <https://w3id.org/jp-ccua/concept/purpose/>
PREFIX role: <https://w3id.org/jp-ccua/concept/role/>

INSERT DATA { role:core-city ccua:comprisesDuty purpose:deeper-cooperation }
