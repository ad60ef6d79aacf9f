import oxigraph from "oxigraph";

const response = await fetch("{{ thing }}", { headers: { Accept: "text/turtle" } });
const store = new oxigraph.Store();
store.load(await response.text(), { format: "text/turtle", base_iri: response.url });
console.log(store.dump({ format: "application/n-quads" }));
