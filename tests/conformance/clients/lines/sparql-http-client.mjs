import Client from "sparql-http-client/ParsingClient.js";

const client = new Client({ endpointUrl: "{{ endpoint }}" });
const rows = await client.query.select(String.raw`
{{ query }}
`);
console.log(JSON.stringify(rows.map((row) =>
  Object.fromEntries(Object.entries(row).map(([name, term]) => [name, term.value]))), null, 2));
