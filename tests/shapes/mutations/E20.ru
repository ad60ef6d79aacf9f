# E20: a paragraph without its number
# reports: E20

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX law: <https://w3id.org/jp-ccua/id/law/>

DELETE WHERE { law:local-autonomy-act-252-2-1 ccua:articleNumber ?old }
