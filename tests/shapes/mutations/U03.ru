# U03: the dissolved organisation is removed
# reports: U03

PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX unn: <https://w3id.org/jp-ccua/id/union/>

DELETE DATA { evt:union-dissolution org:originalOrganization unn:sapporo-wide-area-union }
