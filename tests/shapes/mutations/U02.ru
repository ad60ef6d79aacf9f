# U02: the area is said to come out of the union
# reports: U02

PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX unn: <https://w3id.org/jp-ccua/id/union/>

INSERT DATA { evt:partnership-formation org:originalOrganization unn:sapporo-wide-area-union }
