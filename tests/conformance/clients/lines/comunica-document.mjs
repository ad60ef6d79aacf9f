import { QueryEngine } from "@comunica/query-sparql";

// The address alone: what it is and in which format it is read, the engine finds out.
const engine = new QueryEngine();
const result = await engine.query("CONSTRUCT WHERE { ?s ?p ?o }", { sources: ["{{ thing }}"] });
const { data } = await engine.resultToString(result, "application/n-triples");
data.pipe(process.stdout);
