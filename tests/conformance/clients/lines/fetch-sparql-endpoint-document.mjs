import { SparqlEndpointFetcher } from "fetch-sparql-endpoint";
import { StreamWriter } from "n3";

const fetcher = new SparqlEndpointFetcher();
const statements = await fetcher.fetchTriples("{{ endpoint }}", "DESCRIBE <{{ iri }}>");
statements.pipe(new StreamWriter({ format: "N-Triples" })).pipe(process.stdout);
