# A version is a sentence.

PREFIX dcat: <http://www.w3.org/ns/dcat#>

DELETE { <https://w3id.org/jp-ccua/dataset/sapporo> dcat:version ?version }
INSERT {
  <https://w3id.org/jp-ccua/dataset/sapporo> dcat:version
    "the version that was made when all had been read again, and again, by everybody who could read it at all"
}
WHERE { <https://w3id.org/jp-ccua/dataset/sapporo> dcat:version ?version }
