# E07: a latitude without its longitude
# reports: E07

PREFIX site: <https://w3id.org/jp-ccua/id/site/>
PREFIX wgs: <http://www.w3.org/2003/01/geo/wgs84_pos#>

DELETE WHERE { site:hokkaido-otaru-office wgs:long ?old }
