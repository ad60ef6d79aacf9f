import { createLens } from "ldkit";

const ccua = (name) => `https://w3id.org/jp-ccua/ns#${name}`;
const Municipality = {
  "@type": ccua("Municipality"),
  code: ccua("standardAreaCode"),
};
const lens = createLens(Municipality, { sources: ["{{ endpoint }}"] });
const found = await lens.find({ take: 100 });
found.sort((one, other) => (one.code < other.code ? -1 : 1));
console.log(JSON.stringify(found.map(({ $id, code }) => ({ municipality: $id, code }))));
