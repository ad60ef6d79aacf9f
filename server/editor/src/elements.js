// Elements by name, properties and children; text is always text, never markup.
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) if (value !== undefined && value !== "") made[key] = value;
  made.append(...children);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function drawing(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export const number = (value) => new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 6 }).format(value);

// The breadth a picture may have: that of the page, from a phone's to a wide screen's.
export const width = () => Math.max(300, Math.min(820, document.querySelector(".asking").clientWidth));

// How broad a text is, in letters of the Latin alphabet.
export const breadth = (text) => [...text].reduce((sum, letter) => sum + (letter.codePointAt(0) > 0x2e80 ? 1.8 : 1), 0);
