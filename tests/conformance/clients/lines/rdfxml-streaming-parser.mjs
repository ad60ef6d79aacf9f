import { RdfXmlParser } from "rdfxml-streaming-parser";
import { StreamWriter } from "n3";
import { Readable } from "node:stream";

const response = await fetch("{{ document('rdf') }}");
Readable.fromWeb(response.body).pipe(new RdfXmlParser({ baseIRI: response.url }))
  .pipe(new StreamWriter({ format: "N-Triples" })).pipe(process.stdout);
