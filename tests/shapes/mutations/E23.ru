# E23: a source whose standing is not said
# reports: E23

PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX src: <https://w3id.org/jp-ccua/id/source/>

DELETE WHERE { src:localgovjp ccua:standing ?old }
