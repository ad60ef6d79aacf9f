const { default: ComunicaEngine } = require("@ldflex/comunica");
const { namedNode } = require("@rdfjs/data-model");
const { PathFactory } = require("ldflex");

const context = { "@context": { prefLabel: "http://www.w3.org/2004/02/skos/core#prefLabel" } };
const paths = new PathFactory({ context, queryEngine: new ComunicaEngine("{{ thing }}") });
const municipality = paths.create({ subject: namedNode("{{ iri }}") });

(async () => {
  const rows = [];
  for await (const name of municipality.prefLabel) rows.push({ name: `${name}` });
  rows.sort((one, other) => (one.name < other.name ? -1 : 1));
  console.log(JSON.stringify(rows));
})();
