# N05: article 252-2 is numbered 252-3
# reports: N05

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX law: <https://w3id.org/jp-ccua/id/law/>

DELETE { law:local-autonomy-act-252-2 ccua:articleNumber ?old }
INSERT { law:local-autonomy-act-252-2 ccua:articleNumber "252-3" }
WHERE { law:local-autonomy-act-252-2 ccua:articleNumber ?old }
