# D03: bounds crossed: the earliest day lies after the latest
# reports: D03

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX evt: <https://w3id.org/jp-ccua/id/event/>

DELETE { evt:union-foundation ccua:earliestDate ?first ; ccua:latestDate ?last }
INSERT { evt:union-foundation ccua:earliestDate ?last ; ccua:latestDate ?first }
WHERE { evt:union-foundation ccua:earliestDate ?first ; ccua:latestDate ?last }
