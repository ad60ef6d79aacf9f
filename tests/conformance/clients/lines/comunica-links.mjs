import { QueryEngine } from "@comunica/query-sparql-link-traversal";

// What the data name is asked for at this server, as w3id.org redirects to it.
const here = (asked, options) =>
  fetch(String(asked).replace("https://w3id.org/jp-ccua/", "{{ base }}"), options);

// Given one address and nothing else. The day stands in the agreement's own document.
const engine = new QueryEngine();
const result = await engine.query(`
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT DISTINCT ?name ?agreement ?day WHERE {
  <{{ iri }}> skos:prefLabel ?name .
  ?agreement ccua:hasParty <{{ iri }}> ; a ccua:CooperationAgreement ; ccua:concludedOn ?day .
  FILTER (LANG(?name) = "ja")
}
ORDER BY ?agreement`, { sources: ["{{ thing }}"], lenient: true, fetch: here });
const { data } = await engine.resultToString(result, "application/sparql-results+json");
data.pipe(process.stdout);
