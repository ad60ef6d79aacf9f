import { SparqlEndpointFetcher } from "fetch-sparql-endpoint";

const fetcher = new SparqlEndpointFetcher();
const bindings = await fetcher.fetchBindings("{{ endpoint }}", String.raw`
{{ query }}
`);
const rows = [];
for await (const row of bindings)
  rows.push(Object.fromEntries(Object.entries(row).map(([name, term]) => [name, term.value])));
console.log(JSON.stringify(rows, null, 2));
