# N03: Otaru is a town too
# reports: N03

PREFIX mkind: <https://w3id.org/jp-ccua/concept/municipality-kind/>
PREFIX muni: <https://w3id.org/jp-ccua/id/municipality/>
PREFIX org: <http://www.w3.org/ns/org#>

INSERT DATA { muni:hokkaido-otaru org:classification mkind:town }
