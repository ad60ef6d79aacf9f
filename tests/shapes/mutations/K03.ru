# K03: Otaru, of another subprefecture, is in the union in the place of Chitose
# reports: K03

PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX umb: <https://w3id.org/jp-ccua/id/union-membership/>

DELETE DATA { umb:chitose org:member muni:hokkaido-chitose } ;
INSERT DATA { umb:chitose org:member muni:hokkaido-otaru }
