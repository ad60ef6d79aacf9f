// Completion from the release: its prefixes, its classes and properties with their names.
// Nothing is asked of any other host.
import { element, number } from "./elements.js";

export function completers(Yasqe, address) {
  const known = { asked: false };
  let loaded = null;
  const load = () => loaded ??= fetch(address).then((r) => r.json()).then((found) => {
    for (const term of [...found.classes, ...found.properties]) {
      term.search = [term.name, term.label ?? "", term.name.split(":").pop()].map((t) => t.toLocaleLowerCase());
    }
    return found;
  }).catch(() => { loaded = null; return { prefixes: {}, classes: [], properties: [] }; });

  const matching = (terms, token) => {
    const typed = token.string.trim().replace(/^</, "").replace(/>$/, "").toLocaleLowerCase();
    const whole = (token.autocompletionString || "").toLocaleLowerCase();
    const ranked = [];
    for (const term of terms) {
      const [name, label, local] = term.search;
      const iri = term.iri.toLocaleLowerCase();
      const rank = !typed || name.startsWith(typed) || iri.startsWith(typed) || (whole && iri.startsWith(whole)) ? 0
        : local.startsWith(typed) || label.startsWith(typed) ? 1
          : local.includes(typed) || label.includes(typed) ? 2 : 3;
      if (rank < 3) ranked.push([rank, term]);
    }
    return ranked.sort((a, b) => a[0] - b[0] || b[1].uses - a[1].uses).map(([, term]) => term.iri);
  };

  // Written as a prefixed name where a prefix fits; a prefix not declared yet is added.
  const written = (yasqe, term, found) => {
    const [prefix, local] = term.name.includes("://") ? [] : term.name.split(":");
    if (prefix === undefined) return { text: `<${term.iri}>` };
    const declared = yasqe.getPrefixesFromQuery() || {};
    const space = term.iri.slice(0, term.iri.length - local.length);
    const other = Object.keys(declared).find((p) => declared[p] === space);
    if (other !== undefined) return { text: `${other}:${local}` };
    if (declared[prefix] !== undefined) return { text: `<${term.iri}>` };
    return { text: term.name, add: { [prefix]: found.prefixes[prefix] ?? space } };
  };

  const hinting = (kind) => (yasqe, hints) => load().then((found) => {
    const terms = new Map(found[kind].map((term) => [term.iri, term]));
    return hints.map((hint) => {
      const term = terms.get(hint.text);
      if (!term) return hint;
      const { text, add } = written(yasqe, term, found);
      return {
        ...hint, text, displayText: text,
        render: (item) => {
          item.append(element("span", { className: "name" }, text));
          if (term.label) item.append(element("span", { className: "label" }, term.label));
          item.append(element("span", { className: "uses" }, `×${number(term.uses)}`));
        },
        hint: (cm, data) => {
          cm.replaceRange(text, hint.from ?? data.from, hint.to ?? data.to, "complete");
          if (add) yasqe.addPrefixes(add);
        },
      };
    });
  });

  const own = Yasqe.Autocompleters;
  const enough = (yasqe) => known.asked || yasqe.getCompleteToken().string.trim().length > 0;
  Yasqe.registerAutocompleter({
    ...own.class, bulk: false, autoShow: true, persistenceId: null,
    isValidCompletionPosition: (yasqe) => enough(yasqe) && own.class.valid(yasqe),
    get: (yasqe, token) => load().then((found) => matching(found.classes, token)),
    postProcessSuggestion: undefined, postprocessHints: hinting("classes"), valid: own.class.isValidCompletionPosition,
  });
  Yasqe.registerAutocompleter({
    ...own.property, bulk: false, autoShow: true, persistenceId: null,
    isValidCompletionPosition: (yasqe) => {
      const token = yasqe.getCompleteToken();
      return enough(yasqe) && !/^[?$]/.test(token.string) && (token.state.possibleCurrent || []).includes("a");
    },
    get: (yasqe, token) => load().then((found) => matching(found.properties, token)),
    postProcessSuggestion: undefined, postprocessHints: hinting("properties"),
  });
  Yasqe.registerAutocompleter({
    ...own.prefixes, persistenceId: null,
    get: () => load().then(({ prefixes }) => Object.entries(prefixes).map(([p, iri]) => `${p}: <${iri}>`).sort()),
  });
  return known;
}
