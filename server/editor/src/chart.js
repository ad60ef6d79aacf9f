// A bar chart: one column that names, one that counts.
import { breadth, element, drawing, number, width } from "./elements.js";

const BARS = 60, ROW = 26, VALUE = 76, LETTER = 7.2;
const NUMBERS = /#(integer|decimal|double|float|int|long|short|byte|nonNegativeInteger|positiveInteger)$/;

export function numeric(rows, column) {
  const terms = rows.map((row) => row[column]).filter(Boolean);
  return terms.length > 0 && terms.every((term) => NUMBERS.test(term.datatype ?? "") && Number.isFinite(Number(term.value)));
}

// The column that names best: a text, else an IRI that has a name, else the first.
function naming(columns, rows, counted) {
  const rest = columns.filter((c) => c !== counted);
  const text = rest.find((c) => !numeric(rows, c) && rows.some((row) => row[c]?.type === "literal"));
  return text ?? rest.find((c) => !numeric(rows, c)) ?? rest[0];
}

export function chart(columns, rows, counts, words, nameOf) {
  const holder = element("figure", { className: "picture" });
  const paint = (counted) => {
    const label = naming(columns, rows, counted);
    const shown = rows.filter((row) => row[counted]).slice(0, BARS);
    const values = shown.map((row) => Number(row[counted].value));
    const low = Math.min(0, ...values), high = Math.max(0, ...values);
    const WIDTH = width();
    const LABEL = 12 + LETTER * Math.min(WIDTH / 22, Math.max(...shown.map((row) => breadth(shortened(nameOf(row[label]))))));
    const room = WIDTH - LABEL - VALUE;
    const x = (value) => LABEL + ((value - low) / (high - low || 1)) * room;
    const title = words.chartof.replace("{value}", counted).replace("{label}", label);
    const height = shown.length * ROW + 10;
    const svg = drawing("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": title });
    shown.forEach((row, place) => {
      const y = 5 + place * ROW, value = values[place];
      const name = nameOf(row[label]);
      const text = drawing("text", { x: LABEL - 8, y: y + 17, "text-anchor": "end", class: "label" }, shortened(name));
      text.append(drawing("title", {}, name));
      svg.append(
        text,
        drawing("rect", { x: Math.min(x(0), x(value)), y: y + 4, width: Math.max(Math.abs(x(value) - x(0)), 1), height: ROW - 8, class: "bar" }),
        drawing("text", { x: Math.max(x(value), x(0)) + 6, y: y + 17, class: "label value" }, number(value)),
      );
    });
    svg.append(drawing("line", { x1: x(0), x2: x(0), y1: 0, y2: height, class: "axis" }));
    const note = shown.length < rows.length ? ` ${words.cut.replace("{number}", number(shown.length)).replace("{total}", number(rows.length))}` : "";
    holder.replaceChildren(...choice(paint, counts, counted, words), element("div", { className: "wide", tabIndex: 0, role: "region", ariaLabel: title }, svg), element("figcaption", {}, title + note));
  };
  paint(counts[counts.length - 1]);
  return holder;
}

function choice(paint, counts, counted, words) {
  if (counts.length < 2) return [];
  const select = element("select", {}, ...counts.map((c) => element("option", { value: c, selected: c === counted }, c)));
  select.addEventListener("change", () => { paint(select.value); });
  return [element("p", {}, element("label", {}, `${words.value} `, select))];
}

function shortened(text) {
  let room = 0, end = 0;
  for (const letter of text) {
    room += breadth(letter);
    if (room > Math.min(32, width() / 22 - 1)) return `${text.slice(0, end)}…`;
    end += letter.length;
  }
  return text;
}
