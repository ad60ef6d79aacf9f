import { StreamParser, StreamWriter } from "n3";
import { Readable } from "node:stream";

const response = await fetch("{{ document(suffix) }}");
Readable.fromWeb(response.body).pipe(new StreamParser({ baseIRI: response.url }))
  .pipe(new StreamWriter({ format: "N-Quads" })).pipe(process.stdout);
