// The query page with script: the text field becomes an editor, the answer comes without
// a new page, and numbers and coordinates can be seen. The page works without this file.
import { Yasqe } from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import "./editor.css";
import { completers } from "./completion.js";
import { problemOf, draw, clear } from "./answer.js";
import { element } from "./elements.js";

const settings = document.getElementById("editor-settings")?.dataset;
const form = document.querySelector("form.ask");
if (settings && form) start(JSON.parse(settings.words));

function start(words) {
  const field = form.elements.query;
  const go = form.querySelector(".go");
  const stop = form.querySelector(".stop");
  const said = document.querySelector(".said");
  const trouble = document.querySelector(".trouble");
  const help = document.querySelector(".help");
  const { editor, marks } = open(field, words, () => ask());
  let running = null;
  let remembered = null; // the address the page shows an answer of

  form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  stop.addEventListener("click", () => running?.abort());
  window.addEventListener("popstate", () => {
    const query = new URL(location.href).searchParams.get("query");
    form.querySelector(".chosen")?.remove();
    if (query !== null) { editor.setValue(query); ask(false); }
  });
  menu(words, (query) => { editor.setValue(query); ask(); });

  const asked = new URL(location.href).searchParams;
  if (settings.line) marks.problem(Number(settings.line), Number(settings.column));
  else if (asked.has("query") || asked.has("question")) ask(asked.has("question"));

  async function ask(push = true) {
    const query = editor.getValue();
    running?.abort();
    const mine = running = new AbortController();
    const began = performance.now();
    marks.clear();
    trouble.replaceChildren();
    help.replaceChildren();
    said.textContent = words.asking;
    stop.hidden = false;
    go.setAttribute("aria-busy", "true");
    if (push) remember(query);
    try {
      const response = await fetch(...request(query, editor.getQueryType(), mine.signal));
      if (!response.ok) throw await problemOf(response);
      const body = await response.text();
      if (mine !== running) return;
      const seconds = ((performance.now() - began) / 1000).toFixed(2);
      said.replaceChildren(await draw(body, response.headers.get("Content-Type") || "", { query, seconds, words, settings }));
      said.append(permalink(query));
      if (response.headers.has("Renkei-Hint")) help.replaceChildren(...await hints(query, mine.signal));
    } catch (error) {
      if (mine !== running) return;
      clear();
      said.textContent = error.name === "AbortError" ? words.stopped : "";
      if (error.name !== "AbortError") tell(error);
    } finally {
      if (mine === running) { running = null; stop.hidden = true; go.removeAttribute("aria-busy"); }
    }
  }

  function tell(error) {
    const paragraph = element("p", { id: "problem" }, element("b", {}, error.title || words.unreachable));
    if (error.line) {
      const place = words.place.replace("{line}", error.line).replace("{column}", error.column || 1);
      paragraph.append(" ", element("button", { type: "button", className: "place" }, place));
      paragraph.querySelector(".place").addEventListener("click", () => marks.go(error.line, error.column || 1));
      marks.problem(error.line, error.column || 1);
    }
    const repeated = `Line ${error.line}, column ${error.column}: `;
    if (error.detail) paragraph.append(element("br"), error.detail.startsWith(repeated) ? error.detail.slice(repeated.length) : error.detail);
    trouble.replaceChildren(paragraph);
  }

  function remember(query) {
    const address = addressOf(query);
    if (!address || address === remembered) return;
    remembered = address;
    history[new URL(address, location.href).search === location.search ? "replaceState" : "pushState"]({}, "", address);
  }

  function permalink(query) {
    const address = addressOf(query);
    if (!address) return element("span", { className: "note" }, ` ${words.long}`);
    return element("span", {}, " · ", element("a", { href: address, className: "permalink" }, words.link));
  }
}

const LONGEST = 6000; // characters of an address that every server and proxy takes

function addressOf(query) {
  const fields = new URLSearchParams({ query });
  if (settings.lang) fields.set("lang", settings.lang);
  const address = `${settings.endpoint}?${fields}`;
  return address.length > LONGEST ? null : address;
}

// What the server has to say of a query that finds nothing, or too much.
async function hints(query, signal) {
  const address = `${settings.hints}?${new URLSearchParams({ query })}`;
  if (address.length > LONGEST) return [];
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  const response = await fetch(address, { headers, signal });
  if (!response.ok) return [];
  const found = await response.json();
  return [element("ul", {}, ...found.hints.map((hint) => element("li", {}, hint.said)))];
}

function request(query, kind, signal) {
  const graph = kind === "CONSTRUCT" || kind === "DESCRIBE";
  const headers = { Accept: graph ? "text/turtle" : "application/sparql-results+json", "Accept-Language": document.documentElement.lang };
  const address = `${settings.endpoint}?${new URLSearchParams({ query })}`;
  if (address.length <= LONGEST) return [address, { headers, signal }];
  return [settings.endpoint, { method: "POST", body: new URLSearchParams({ query }), headers, signal }];
}

// Put the editor in the place of the text field, which stays in the form and keeps the text.
function open(field, words, ask) {
  const labels = [...field.labels];
  const place = element("div", { className: "editor" });
  field.after(place);
  field.hidden = true;
  field.removeAttribute("aria-describedby");
  for (const label of labels) label.removeAttribute("for");
  form.querySelector(".keys").textContent = words.keys;

  // Yasqe's own check writes markup with style attributes, which our policy forbids, and
  // speaks English only; this one says the same by text alone.
  Yasqe.prototype.checkSyntax = function checkSyntax() {
    this.queryValid = true;
    this.clearGutter("gutterErrorBar");
    const doc = this.getDoc();
    for (let line = 0; line < doc.lineCount(); line += 1) {
      const { state } = this.getTokenAt({ line, ch: doc.getLine(line).length }, true);
      this.setOption("queryType", state.queryType);
      if (state.OK !== false) continue;
      const tokens = (state.possibleCurrent || []).slice(0, 12).join(" ");
      const hint = state.errorMsg || (tokens ? words.expected.replace("{tokens}", tokens) : words.wrong);
      this.setGutterMarker(line, "gutterErrorBar", element("span", { className: "doubt", title: hint, ariaHidden: "true" }, "!"));
      this.queryValid = false;
      break;
    }
  };
  Yasqe.prototype.showNotification = () => {};
  Yasqe.prototype.hideNotification = () => {};

  const known = completers(Yasqe, settings.completions);
  const editor = new Yasqe(place, {
    value: field.value.replace(/^\n/, ""),
    persistenceId: null, consumeShareLink: null, createShareableLink: null,
    showQueryButton: false, resizeable: false, editorHeight: "auto", viewportMargin: Infinity,
    screenReaderLabel: words.query,
    requestConfig: { endpoint: settings.endpoint },
    extraKeys: {
      Tab: false, "Shift-Tab": false, "Ctrl-S": false,
      "Ctrl-Enter": ask, "Cmd-Enter": ask,
      "Ctrl-Space": (cm) => { known.asked = true; cm.autocomplete(); known.asked = false; },
    },
  });
  field.form.addEventListener("formdata", (event) => event.formData.set("query", editor.getValue()));
  for (const label of labels) label.addEventListener("click", () => editor.focus());

  let wrong = null;
  const clearMarks = () => {
    if (!wrong) return;
    editor.removeLineClass(wrong.line, "wrap", "problem-line");
    wrong.mark?.clear();
    wrong = null;
    editor.getInputField().removeAttribute("aria-invalid");
    editor.getInputField().removeAttribute("aria-describedby");
  };
  const goTo = (line, column) => {
    editor.focus();
    editor.getDoc().setCursor({ line: line - 1, ch: column - 1 });
  };
  const problem = (line, column) => {
    clearMarks();
    const doc = editor.getDoc();
    const last = Math.min(line, doc.lineCount()) - 1;
    wrong = { line: editor.addLineClass(last, "wrap", "problem-line") };
    const ch = Math.max(0, Math.min(column - 1, doc.getLine(last).length - 1));
    wrong.mark = doc.markText({ line: last, ch }, { line: last, ch: ch + 1 }, { className: "problem-place" });
    editor.getInputField().setAttribute("aria-invalid", "true");
    editor.getInputField().setAttribute("aria-describedby", "problem");
    editor.scrollIntoView({ line: last, ch }, 40);
  };
  editor.on("change", (_, change) => {
    clearMarks();
    if (change.origin !== "setValue") form.querySelector(".chosen")?.remove();
  });
  return { editor, marks: { problem, clear: clearMarks, go: goTo } };
}

// The questions: a field to find one; a click writes its query and asks it.
function menu(words, use) {
  const box = document.querySelector("details.menu");
  const list = box?.querySelector("ul");
  if (!list) return;
  let queries = null;
  const load = () => queries ??= fetch(settings.questions).then((r) => r.json())
    .then((found) => new Map(found.questions.map((q) => [q.slug, q.query])))
    .catch(() => { queries = null; return new Map(); });
  const find = element("input", { type: "search", className: "find", placeholder: words.find, ariaLabel: words.find });
  list.before(find);
  find.addEventListener("input", () => {
    const text = find.value.trim().toLocaleLowerCase();
    for (const item of list.children) item.hidden = !item.textContent.toLocaleLowerCase().includes(text);
  });
  find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  box.addEventListener("toggle", () => { if (box.open) load(); });
  list.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-slug]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const query = (await load()).get(link.dataset.slug);
    if (query === undefined) { location.href = link.href; return; }
    box.open = false;
    form.querySelector(".chosen")?.remove();
    form.prepend(element("p", { className: "chosen" }, link.textContent));
    use(query);
    form.scrollIntoView({ block: "nearest" });
  });
}
