import { rdfDereferencer } from "rdf-dereference";
import { StreamWriter } from "n3";

// The address alone: the format is whatever the two agree on.
const { data } = await rdfDereferencer.dereference("{{ thing }}");
data.pipe(new StreamWriter({ format: "N-Quads" })).pipe(process.stdout);
