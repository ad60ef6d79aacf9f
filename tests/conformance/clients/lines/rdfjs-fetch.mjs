import toNT from "@rdfjs/to-ntriples";
import fetch from "@rdfjs/fetch";

const response = await fetch("{{ thing }}");
console.log(toNT(await response.dataset()));
