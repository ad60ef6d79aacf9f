# E08: latitude and longitude swapped
# reports: E08 E30
# echoes: it does not lie in Japan either

PREFIX site: <https://w3id.org/jp-ccua/id/site/>
PREFIX wgs: <http://www.w3.org/2003/01/geo/wgs84_pos#>

DELETE { site:hokkaido-otaru-office wgs:lat ?lat ; wgs:long ?long }
INSERT { site:hokkaido-otaru-office wgs:lat ?long ; wgs:long ?lat }
WHERE { site:hokkaido-otaru-office wgs:lat ?lat ; wgs:long ?long }
