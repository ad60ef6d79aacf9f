# The licence is of no kind.

PREFIX dct: <http://purl.org/dc/terms/>

DELETE WHERE { <https://creativecommons.org/licenses/by/4.0/> dct:type ?value }
