// Charts as SVG, each with a table of the same figures for those who do not see it. Sizes are in pixels of the page: a
// chart is drawn anew when its width changes, so that its letters keep theirs.
import { el } from "./common.js";
import { number } from "./office.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 180;
const LEFT = 44;
const BOTTOM = 22;
const TOP = 8;
const ROW = 26;
const ruler = document.createElement("canvas").getContext("2d");

/** Of a text in a chart, in pixels. */
function length(text) {
  ruler.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  return ruler.measureText(text).width;
}

function shape(name, attributes, ...children) {
  const node = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
  node.append(...children);
  return node;
}

function bar(x, y, width, height, css, words) {
  return shape("rect", { x, y, width: Math.max(0, width), height: Math.max(0, height), class: css }, shape("title", {}, words));
}

/** The least round number that is not below a value. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((top) => top >= value);
}

function axis(width, top, text) {
  return [0, 0.5, 1]
    .filter((share) => share !== 0.5 || Number.isInteger(top / 2) || top <= 1)
    .flatMap((share) => {
      const y = TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
      return [
        shape("line", { x1: LEFT, x2: width, y1: y, y2: y, class: "grid" }),
        shape("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, text(top * share)),
      ];
    });
}

/** As many of the columns' names as there is room for. */
function names(columns, width) {
  const step = (width - LEFT) / columns.length;
  const longest = Math.max(...columns.map((column) => length(column.name))) + 12;
  const every = Math.max(1, Math.ceil(longest / step));
  return columns.flatMap((column, i) =>
    i % every === 0 && (i + 0.5) * step + longest / 2 <= width - LEFT + 10
      ? [shape("text", { x: LEFT + (i + 0.5) * step, y: HEIGHT - 6, "text-anchor": "middle" }, column.name)]
      : [],
  );
}

/** Columns of stacked bars: columns are {name, values: [one a series]}, series are {name, css}. */
function columnsDrawing({ columns, series }) {
  return (width) => {
    const sums = columns.map((column) => column.values.reduce((a, b) => a + b, 0));
    const top = roundUp(Math.max(1, ...sums));
    const step = (width - LEFT) / columns.length;
    const gap = Math.min(6, step * 0.2);
    const scale = (HEIGHT - TOP - BOTTOM) / top;
    const bars = columns.flatMap((column, i) => {
      let y = HEIGHT - BOTTOM;
      return column.values.map((value, s) => {
        y -= value * scale;
        const words = `${column.name}: ${series[s].name} ${number(value)}`;
        return bar(LEFT + i * step + gap / 2, y, step - gap, value * scale, series[s].css, words);
      });
    });
    return [HEIGHT, ...axis(width, top, (value) => number(value)), ...bars, ...names(columns, width)];
  };
}

/** A line of shares, 0 to 1, broken where there is none (null). */
function lineDrawing({ columns }) {
  return (width) => {
    const step = (width - LEFT) / columns.length;
    const x = (i) => LEFT + (i + 0.5) * step;
    const y = (share) => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
    const share = (column) => column.values[0];
    let path = "";
    columns.forEach((column, i) => {
      if (share(column) !== null) {
        const goesOn = i > 0 && share(columns[i - 1]) !== null;
        path += `${goesOn ? "L" : "M"}${x(i)} ${y(share(column))}`;
      }
    });
    const dots = columns.flatMap((column, i) =>
      share(column) === null
        ? []
        : [shape("circle", { cx: x(i), cy: y(share(column)), r: 3, class: "c1" }, shape("title", {}, `${column.name}: ${percent(share(column))}`))],
    );
    return [HEIGHT, ...axis(width, 1, percent), shape("path", { d: path, class: "line" }), ...dots, ...names(columns, width)];
  };
}

/** Bars beside their names, one below the other. */
function rowsDrawing({ columns, series }) {
  return (width) => {
    const most = Math.max(1, ...columns.map((row) => row.values[0]));
    const left = Math.min(width * 0.45, Math.max(...columns.map((row) => length(row.name))) + 12);
    const room = width - left - 50;
    const parts = columns.flatMap((row, i) => {
      const long = row.values[0] === 0 ? 0 : Math.max(2, (row.values[0] / most) * room);
      const y = i * ROW;
      return [
        shape("text", { x: left - 8, y: y + 16, "text-anchor": "end" }, row.name),
        bar(left, y + 4, long, ROW - 9, series[0].css, `${row.name}: ${number(row.values[0])}`),
        shape("text", { x: left + long + 6, y: y + 16, class: "value" }, number(row.values[0])),
      ];
    });
    return [columns.length * ROW, ...parts];
  };
}

export function percent(share) {
  return number(share, { style: "percent", maximumFractionDigits: 0 });
}

const DRAWINGS = { columns: columnsDrawing, line: lineDrawing, rows: rowsDrawing };

/**
 * A figure with a title, a drawing, a legend where there are several series, and a table.
 *
 * @param chart {kind: columns, line or rows; title, columns: [{name, values}], series: [{name, css}], first: head of the
 *     table's first column, format: of values, words: {table, see_table, none}, size: "" or a class: broad, two}
 */
export function figure(chart) {
  const { title, columns, series, words } = chart;
  const box = el("div", { class: "drawing" });
  const caption = el("figcaption", {}, title);
  const filled = columns.some((column) => column.values.some((value) => value !== null && value !== 0));
  if (!filled) {
    return el("figure", { class: `card ${chart.size ?? ""}` }, caption, el("p", { class: "quiet-text" }, words.none));
  }
  const parts = DRAWINGS[chart.kind](chart);
  let drawn = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width !== drawn && width > 0) {
      drawn = width;
      const [height, ...shapes] = parts(width);
      box.replaceChildren(
        shape("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": `${title}. ${words.see_table}` }, ...shapes),
      );
    }
  }).observe(box);
  return el(
    "figure",
    { class: `card ${chart.size ?? ""}` },
    caption,
    box,
    series.length > 1 ? el("ul", { class: "legend" }, ...series.map(legend)) : null,
    el("details", {}, el("summary", {}, words.table, el("span", { class: "only-read" }, `: ${title}`)), table(chart)),
  );
}

function legend({ name, css }) {
  const square = shape("svg", { viewBox: "0 0 12 12", "aria-hidden": "true" }, shape("rect", { width: 12, height: 12, rx: 3, class: css }));
  return el("li", {}, square, name);
}

function table({ title, columns, series, first, format = (value) => number(value) }) {
  const shown = (value) => (value === null ? "–" : format(value));
  return el(
    "div",
    { class: "scroll-x", tabIndex: 0, role: "region", "aria-label": title },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...[first, ...series.map((one) => one.name)].map((name) => el("th", { scope: "col" }, name)))),
      el(
        "tbody",
        {},
        ...columns.map((column) =>
          el("tr", {}, el("th", { scope: "row" }, column.name), ...column.values.map((value) => el("td", {}, shown(value)))),
        ),
      ),
    ),
  );
}
