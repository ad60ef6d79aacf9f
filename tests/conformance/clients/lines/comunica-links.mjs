import { QueryEngine } from "@comunica/query-sparql-link-traversal";

// Given one address and nothing else: what it leads to is found by following links.
const engine = new QueryEngine();
const result = await engine.query(`
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT DISTINCT ?name ?agreement WHERE {
  <{{ iri }}> skos:prefLabel ?name .
  ?agreement ccua:hasParty <{{ iri }}> ; a ccua:CooperationAgreement .
  FILTER (LANG(?name) = "ja")
}
ORDER BY ?agreement`, { sources: ["{{ thing }}"], lenient: true });
const { data } = await engine.resultToString(result, "application/sparql-results+json");
data.pipe(process.stdout);
