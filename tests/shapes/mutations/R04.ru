# R04: the appointment loses its type
# reports: R04

PREFIX apt: <https://w3id.org/jp-ccua/id/appointment/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>

DELETE DATA { apt:terashima-jitsuro a ccua:AdvisorAppointment }
