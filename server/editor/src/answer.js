// The answer: a table with names in place of addresses, and where it holds numbers or
// coordinates a chart and a map. Each is drawn from the same rows; the table comes first.
import { element, number } from "./elements.js";
import { chart, numeric } from "./chart.js";
import { map, places } from "./map.js";

const PART = 100; // rows drawn at once
const NAMED = 40; // IRIs asked about in one request
const names = new Map();

const box = () => document.querySelector("section.answer");

export function clear() {
  box().hidden = true;
  box().querySelector(".drawn").replaceChildren();
}

export async function problemOf(response) {
  const told = await response.json().catch(() => ({}));
  return { name: "Problem", title: told.title || `${response.status} ${response.statusText}`, detail: told.detail, line: told.line, column: told.column };
}

// Draw the answer, and return the sentence that says what came.
export async function draw(body, type, { query, seconds, words, settings }) {
  const section = box();
  const views = section.querySelector(".views");
  const drawn = section.querySelector(".drawn");
  views.hidden = true;
  views.replaceChildren();
  const table = type.includes("json") && !type.includes("ld+json");
  const offer = (kind, placed) => files(section.querySelector(".files ul"), kind, placed, query, settings);
  offer(table ? "table" : "graph", false);
  section.hidden = false;
  if (!table) {
    drawn.replaceChildren(element("pre", { tabIndex: 0 }, element("code", {}, body)));
    return element("span", {}, words.statements);
  }
  const answer = JSON.parse(body);
  if (typeof answer.boolean === "boolean") {
    drawn.replaceChildren(element("p", { className: "lead" }, answer.boolean ? words.yes : words.no));
    return element("span", {}, "");
  }
  const columns = answer.head.vars;
  const rows = answer.results.bindings;
  const told = (rows.length === 1 ? words.row : words.rows).replace("{number}", number(rows.length)).replace("{seconds}", seconds);
  if (!rows.length) {
    drawn.replaceChildren(element("p", {}, words.none));
    return element("span", {}, told);
  }
  await nameAll(rows.slice(0, PART), settings);
  const kinds = [["table", () => tableOf(columns, rows, words, settings)]];
  const numbers = columns.filter((c) => numeric(rows, c));
  const found = places(columns, rows);
  offer("table", found || columns.some((c) => rows.some((row) => /(wkt|geoJSON)Literal$/.test(row[c]?.datatype ?? ""))));
  const drawable = numbers.filter((c) => !found?.uses.includes(c));
  if (drawable.length && rows.length > 1 && columns.length > 1) kinds.push(["chart", () => chart(columns, rows, drawable, words, nameOf)]);
  if (found) kinds.push(["map", () => map(found, columns, rows, words, nameOf, hrefOf)]);
  const show = (kind, make) => {
    for (const button of views.children) button.setAttribute("aria-pressed", String(button.dataset.view === kind));
    drawn.replaceChildren(make());
  };
  if (kinds.length > 1) {
    views.setAttribute("role", "group");
    views.setAttribute("aria-label", words.view);
    for (const [kind, make] of kinds) {
      const button = element("button", { type: "button" }, words[kind]);
      button.dataset.view = kind;
      button.addEventListener("click", async () => { await nameAll(rows.slice(0, 400), settings); show(kind, make); });
      views.append(button);
    }
    views.hidden = false;
  }
  show(...kinds[0]);
  return element("span", {}, told);
}

// Links to the answer in every format; GeoJSON only where it has places.
function files(list, kind, placed, query, settings) {
  const offered = JSON.parse(settings.formats)[kind].filter(([, format]) => placed || format !== "geojson");
  list.replaceChildren(...offered.map(([label, format]) =>
    element("li", {}, element("a", { href: `${settings.endpoint}.${format}?${new URLSearchParams({ query })}` }, label))));
}

// Ask for the names of the IRIs in these rows, a part at a time; an IRI without one stays.
async function nameAll(rows, settings) {
  const iris = new Set();
  for (const row of rows) for (const term of Object.values(row)) if (term.type === "uri" && !names.has(term.value)) iris.add(term.value);
  const asked = [...iris];
  const parts = [];
  for (let start = 0; start < asked.length; start += NAMED) parts.push(asked.slice(start, start + NAMED));
  await Promise.all(parts.map(async (part) => {
    const address = new URL(settings.names, location.href);
    for (const iri of part) address.searchParams.append("iri", iri);
    const response = await fetch(address).catch(() => null);
    if (!response?.ok) return;
    for (const [iri, name] of Object.entries(await response.json())) names.set(iri, name);
  }));
}

function nameOf(term) {
  if (!term) return "";
  return term.type === "uri" ? names.get(term.value)?.text ?? term.value : term.value;
}

// Where a link to an IRI goes: our page of it, or its own address where that is of the web.
function hrefOf(term) {
  const name = names.get(term.value);
  if (name) return name.href;
  return /^https?:/.test(term.value) ? term.value : null;
}

function cell(term) {
  if (!term) return element("td");
  if (term.type === "uri") {
    const name = names.get(term.value);
    const href = hrefOf(term);
    const text = name?.text ?? term.value;
    if (!href) return element("td", {}, text);
    const lang = name?.lang && name.lang !== document.documentElement.lang ? name.lang : undefined;
    return element("td", {}, element("a", { href, title: term.value, lang }, text));
  }
  if (term.type === "bnode") return element("td", {}, `_:${term.value}`);
  const lang = term["xml:lang"];
  if (lang && lang !== document.documentElement.lang) {
    return element("td", {}, element("span", { lang }, term.value), " ", element("span", { className: "tag" }, lang));
  }
  return element("td", { className: isNumber(term) ? "figure" : "" }, term.value);
}

const isNumber = (term) => /#(integer|decimal|double|float|int|long|short|byte|nonNegativeInteger|positiveInteger)$/.test(term.datatype ?? "");

function tableOf(columns, rows, words, settings) {
  let sorted = rows;
  let order = [null, 1];
  let shown = 0;
  const body = element("tbody");
  const more = element("button", { type: "button", className: "more" });
  const heads = columns.map((column) => {
    const button = element("button", { type: "button", title: words.sort.replace("{column}", column) }, column);
    const head = element("th", { scope: "col" }, button);
    button.addEventListener("click", () => {
      order = [column, order[0] === column ? -order[1] : 1];
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order[1] > 0 ? "ascending" : "descending");
      sorted = [...rows].sort((a, b) => order[1] * compare(a[column], b[column]));
      body.replaceChildren();
      shown = 0;
      extend();
    });
    return head;
  });
  async function extend() {
    const part = sorted.slice(shown, shown + PART);
    shown += part.length;
    more.hidden = shown >= sorted.length;
    more.textContent = words.more.replace("{number}", number(Math.min(PART, sorted.length - shown)));
    await nameAll(part, settings);
    body.append(...part.map((row) => element("tr", {}, ...columns.map((c) => cell(row[c])))));
  }
  more.addEventListener("click", extend);
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body);
  const wide = element("div", { className: "wide", tabIndex: 0, role: "region", ariaLabel: words.table }, table);
  extend();
  return element("div", {}, wide, more);
}

function compare(a, b) {
  if (!a || !b) return (a ? 1 : 0) - (b ? 1 : 0);
  if (isNumber(a) && isNumber(b)) return Number(a.value) - Number(b.value);
  return nameOf(a).localeCompare(nameOf(b), document.documentElement.lang);
}
