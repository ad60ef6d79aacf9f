import { QueryEngine } from "@comunica/query-sparql";

const engine = new QueryEngine();
const result = await engine.query(String.raw`
{{ query }}
`, { sources: [{ type: "sparql", value: "{{ endpoint }}" }] });
const { data } = await engine.resultToString(result, "application/sparql-results+json");
data.pipe(process.stdout);
