# U01: the foundation no longer points to the union
# reports: U01

PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX unn: <https://w3id.org/jp-ccua/id/union/>

DELETE DATA { evt:union-foundation org:resultingOrganization unn:sapporo-wide-area-union }
