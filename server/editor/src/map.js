// A map of points without a ground: latitude and longitude to scale, with a grid.
import { breadth, element, drawing, number, width } from "./elements.js";
import { numeric } from "./chart.js";

const EDGE = 40, MOST = 2000, LABELLED = 60;
const LAT = /^(lat|latitude|.*_?lat)$/i, LONG = /^(long|lng|lon|longitude|.*_?(long|lng|lon))$/i;
const POINT = /POINT\s*Z?\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)/i;

// Find coordinates in a result: two columns of degrees, or one of WKT points.
export function places(columns, rows) {
  const lat = columns.find((c) => LAT.test(c) && numeric(rows, c));
  const long = columns.find((c) => LONG.test(c) && numeric(rows, c));
  if (lat && long) {
    return { uses: [lat, long], of: (row) => row[lat] && row[long] && [Number(row[long].value), Number(row[lat].value)] };
  }
  const wkt = columns.find((c) => rows.some((row) => row[c]?.datatype?.endsWith("wktLiteral") && POINT.test(row[c].value)));
  if (!wkt) return null;
  return { uses: [wkt], of: (row) => { const found = POINT.exec(row[wkt]?.value ?? ""); return found && [Number(found[1]), Number(found[2])]; } };
}

export function map(found, columns, rows, words, nameOf, hrefOf) {
  const label = columns.find((c) => !found.uses.includes(c) && rows.some((r) => r[c]?.type === "literal" && !numeric(rows, c)))
    ?? columns.find((c) => !found.uses.includes(c));
  const iri = columns.find((c) => rows.some((r) => r[c]?.type === "uri"));
  const points = rows.map((row) => [row, found.of(row)]).filter(([, at]) => at && Math.abs(at[1]) <= 90).slice(0, MOST);
  const longs = points.map(([, at]) => at[0]), lats = points.map(([, at]) => at[1]);
  const west = Math.min(...longs), east = Math.max(...longs), south = Math.min(...lats), north = Math.max(...lats);
  const WIDTH = width(), HEIGHT = Math.max(300, Math.round(WIDTH * 0.66));
  const narrow = Math.cos(((south + north) / 2) * Math.PI / 180);
  const scale = Math.min((WIDTH - 2 * EDGE - 60) / ((east - west) * narrow || 0.01), (HEIGHT - 2 * EDGE) / (north - south || 0.01));
  const x = (long) => WIDTH / 2 + (long - (west + east) / 2) * narrow * scale;
  const y = (lat) => HEIGHT / 2 - (lat - (south + north) / 2) * scale;
  const title = words.mapof.replace("{number}", number(points.length));
  const svg = drawing("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "group", "aria-label": title });
  const step = grid(WIDTH / narrow / scale);
  const degrees = (value) => `${Number(value.toFixed(4))}°`;
  for (let long = Math.ceil((west - EDGE / scale) / step) * step; x(long) < WIDTH; long += step) {
    if (x(long) > 0) svg.append(drawing("line", { x1: x(long), x2: x(long), y1: 0, y2: HEIGHT, class: "year" }), drawing("text", { x: x(long) + 3, y: HEIGHT - 4, class: "small" }, degrees(long)));
  }
  for (let lat = Math.ceil((south - EDGE / scale) / step) * step; y(lat) > 0; lat += step) {
    if (y(lat) < HEIGHT) svg.append(drawing("line", { x1: 0, x2: WIDTH, y1: y(lat), y2: y(lat), class: "year" }), drawing("text", { x: 3, y: y(lat) - 3, class: "small" }, degrees(lat)));
  }
  const place = placing(points.map(([, [long, lat]]) => [x(long), y(lat)]), WIDTH);
  for (const [row, [long, lat]] of points) {
    const name = nameOf(row[label]);
    const dot = drawing("circle", { cx: x(long), cy: y(lat), r: 5, class: "point" });
    dot.append(drawing("title", {}, `${name} (${lat}, ${long})`));
    const text = points.length <= LABELLED ? [drawing("text", { ...place(x(long), y(lat), name), class: "label" }, name)] : [];
    const address = iri && row[iri] ? hrefOf(row[iri]) : "";
    const group = address ? drawing("a", { href: address, "aria-label": name }, dot, ...text) : drawing("g", {}, dot, ...text);
    svg.append(group);
  }
  const cut = points.length < rows.length ? ` ${words.cut.replace("{number}", number(points.length)).replace("{total}", number(rows.length))}` : "";
  return element("figure", { className: "picture" }, element("div", { className: "wide", tabIndex: 0, role: "region", ariaLabel: title }, svg), element("figcaption", {}, title + cut));
}

// Give each name the first side of its point where it covers neither a point nor a name.
function placing(points, edge) {
  const taken = points.map(([px, py]) => [px - 6, py - 6, px + 6, py + 6]);
  return (px, py, name) => {
    const long = breadth(name) * 7.2;
    const sides = [[px + 8, py + 4, "start"], [px - 8, py + 4, "end"], [px, py - 10, "middle"], [px, py + 19, "middle"]];
    const boxes = sides.map(([tx, ty, anchor]) => {
      const left = anchor === "start" ? tx : anchor === "end" ? tx - long : tx - long / 2;
      return [left, ty - 11, left + long, ty + 3];
    });
    const free = boxes.findIndex((b) => b[0] > 0 && b[2] < edge && !taken.some((t) => b[0] < t[2] && b[2] > t[0] && b[1] < t[3] && b[3] > t[1]));
    const [tx, ty, anchor] = sides[Math.max(free, 0)];
    taken.push(boxes[Math.max(free, 0)]);
    return { x: tx, y: ty, "text-anchor": anchor };
  };
}

function grid(span) {
  const wished = span / 6;
  const power = 10 ** Math.floor(Math.log10(wished));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= wished);
}
