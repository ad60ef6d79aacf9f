# The series has no member.

PREFIX dcat: <http://www.w3.org/ns/dcat#>

DELETE WHERE { ?release dcat:inSeries ?series }
