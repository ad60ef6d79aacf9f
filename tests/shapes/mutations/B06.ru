# B06: the amendment is said to replace the base agreement
# reports: B06

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX dct: <http://purl.org/dc/terms/>

INSERT DATA { agr:sapporo-iwamizawa-2021 dct:replaces agr:sapporo-iwamizawa-2019 }
