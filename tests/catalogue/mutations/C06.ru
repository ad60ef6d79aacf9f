# A data set loses its title: ckanext-dcat would stop here.

PREFIX dct: <http://purl.org/dc/terms/>

DELETE WHERE { <https://w3id.org/jp-ccua/dataset/sapporo/vocabulary> dct:title ?value }
