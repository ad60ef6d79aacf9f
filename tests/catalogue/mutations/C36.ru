# A file type is typed as DCAT-AP asks, and not as CKAN reads.

PREFIX dct: <http://purl.org/dc/terms/>

DELETE DATA { <http://publications.europa.eu/resource/authority/file-type/CSV> a dct:IMT }
