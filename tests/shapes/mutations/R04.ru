# R04: the person holds the post without time, and the appointment does not name it
# reports: R04

PREFIX apt: <https://w3id.org/jp-ccua/id/appointment/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX person: <https://w3id.org/jp-ccua/id/person/>
PREFIX post: <https://w3id.org/jp-ccua/id/post/>

DELETE DATA { apt:terashima-jitsuro ccua:appointedTo post:city-policy-advisor } ;
INSERT DATA { person:terashima-jitsuro org:holds post:city-policy-advisor }
