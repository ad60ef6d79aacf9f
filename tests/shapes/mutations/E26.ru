# E26: a constituent of the union is put into the area
# reports: E26 M10
# M10: Ebetsu now belongs to the area twice

PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prt: <https://w3id.org/jp-ccua/id/partnership/>
PREFIX umb: <https://w3id.org/jp-ccua/id/union-membership/>

DELETE { umb:ebetsu org:organization ?old }
INSERT { umb:ebetsu org:organization prt:sapporo }
WHERE { umb:ebetsu org:organization ?old }
