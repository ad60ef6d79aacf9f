# E16: a partner agreement without a firm
# reports: E16

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX pag: <https://w3id.org/jp-ccua/id/partner-agreement/>

DELETE WHERE { pag:sapporo-lawson-2019 ccua:partnerFirm ?old }
