# G06: a capital letter in a slug
# reports: G06

PREFIX law: <https://w3id.org/jp-ccua/id/law/>
PREFIX schema: <https://schema.org/>

INSERT DATA {
    law:Local-Autonomy-Act-284 a schema:WebPage .
}
