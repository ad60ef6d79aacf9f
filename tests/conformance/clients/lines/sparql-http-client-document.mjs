import Client from "sparql-http-client";
import { StreamWriter } from "n3";

const client = new Client({ endpointUrl: "{{ endpoint }}" });
const statements = client.query.construct("DESCRIBE <{{ iri }}>");
statements.pipe(new StreamWriter({ format: "N-Triples" })).pipe(process.stdout);
