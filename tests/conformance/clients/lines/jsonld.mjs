import jsonld from "jsonld";

const response = await fetch("{{ document('jsonld') }}");
const statements = await jsonld.toRDF(await response.json(), { format: "application/n-quads" });
process.stdout.write(statements);
