# D08: a month without its bounds
# reports: D08

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

DELETE WHERE { evt:partnership-formation ccua:earliestDate ?first ; ccua:latestDate ?last }
