# A10: the Naganuma agreement says that it forms a city
# reports: A10 A09 M15
# echoes: only ten form the area, and Naganuma is a member without an agreement

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX prt: <https://w3id.org/jp-ccua/id/partnership/>

DELETE DATA { agr:sapporo-naganuma-2019 ccua:formsPartnership prt:sapporo } ;
INSERT DATA { agr:sapporo-naganuma-2019 ccua:formsPartnership muni:hokkaido-naganuma }
