# E18: a partner agreement that concerns no area
# reports: E18

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX pag: <https://w3id.org/jp-ccua/id/partner-agreement/>

DELETE WHERE { pag:sapporo-lawson-2019 ccua:concernsPartnership ?old }
