# M12: the membership of Iwamizawa rests on the amendment
# reports: M12

PREFIX agr: <https://w3id.org/jp-ccua/id/agreement/>
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX mbr: <https://w3id.org/jp-ccua/id/membership/>

DELETE DATA { mbr:sapporo-iwamizawa ccua:establishedBy agr:sapporo-iwamizawa-2019 } ;
INSERT DATA { mbr:sapporo-iwamizawa ccua:establishedBy agr:sapporo-iwamizawa-2021 } ;
DELETE WHERE { mbr:sapporo-iwamizawa ccua:beginsNotBefore ?first } ;
DELETE WHERE { mbr:sapporo-iwamizawa ccua:beginsNotAfter ?last }
