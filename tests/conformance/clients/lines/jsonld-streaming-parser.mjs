import { JsonLdParser } from "jsonld-streaming-parser";
import { StreamWriter } from "n3";
import { Readable } from "node:stream";

const response = await fetch("{{ document('jsonld') }}");
const parser = new JsonLdParser({ baseIRI: response.url });
Readable.fromWeb(response.body).pipe(parser)
  .pipe(new StreamWriter({ format: "N-Quads" })).pipe(process.stdout);
