// Follow an event stream with ldes-client and write what it gives as N-Quads, in the order of time.
import { intoConfig, replicateLDES } from "ldes-client";

const term = (t) =>
  t.termType === "NamedNode" ? `<${t.value}>`
  : t.termType === "BlankNode" ? `_:${t.value.replace(/[^A-Za-z0-9]/g, "x")}`
  : JSON.stringify(t.value) + (t.language ? `@${t.language}` : `^^<${t.datatype.value}>`);

const client = replicateLDES(intoConfig({ url: process.argv[2], noShape: true, concurrentFetches: 2 }), "ascending");
const reader = client.stream({ highWaterMark: 10 }).getReader();
for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
  for (const q of value.quads) {
    const graph = q.graph.termType === "DefaultGraph" ? "" : ` ${term(q.graph)}`;
    console.log(`${term(q.subject)} ${term(q.predicate)} ${term(q.object)}${graph} .`);
  }
}
