# W06: the bureau cut off from the city
# reports: W06

PREFIX org: <http://www.w3.org/ns/org#>
PREFIX unit: <https://w3id.org/jp-ccua/id/unit/>

DELETE WHERE { unit:machizukuri-bureau org:unitOf ?city }
