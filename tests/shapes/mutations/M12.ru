# M12: the membership of Iwamizawa rests on the amendment
# reports: M12

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

DELETE DATA { mbr:sapporo-iwamizawa ccua:establishedBy agr:sapporo-iwamizawa-2019 } ;
INSERT DATA { mbr:sapporo-iwamizawa ccua:establishedBy agr:sapporo-iwamizawa-2021 } ;
DELETE DATA { mbr:sapporo-iwamizawa ccua:validFrom "2019-03-29"^^xsd:date } ;
INSERT DATA { mbr:sapporo-iwamizawa ccua:validFrom "2021-06-25"^^xsd:date }
