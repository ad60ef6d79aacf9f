# R03: the start day removed
# reports: R03

PREFIX apt: <https://w3id.org/jp-ccua/id/appointment/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>

DELETE WHERE { apt:terashima-jitsuro ccua:validFrom ?old }
