import { QueryEngine } from "@comunica/query-sparql";

// A document and the server, asked as one.
const engine = new QueryEngine();
const result = await engine.query(`
PREFIX ccua: <https://w3id.org/jp-ccua/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT DISTINCT ?municipality ?code ?name WHERE {
  ?municipality ccua:standardAreaCode ?code ; skos:prefLabel ?name
  FILTER (LANG(?name) = "ja")
}
ORDER BY ?code`, {
  sources: ["{{ document('ttl') }}", { type: "sparql", value: "{{ endpoint }}" }],
});
const { data } = await engine.resultToString(result, "application/sparql-results+json");
data.pipe(process.stdout);
