# E24: a merger without a resulting municipality
# reports: E24

PREFIX evt: <https://w3id.org/jp-ccua/id/event/>
PREFIX org: <http://www.w3.org/ns/org#>

DELETE WHERE { evt:ishikari-merger-2005 org:resultingOrganization ?old }
