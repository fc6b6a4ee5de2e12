// How the assistant fares: figures and charts from counts by day, and what is open now.
import { figure, percent } from "./charts.js";
import { $, callWithKey, el } from "./common.js";
import { currentLanguage, has, moment, t, useTexts } from "./i18n.js";
import { attempt, download, number } from "./office.js";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Longer periods are drawn by weeks. */
const MOST_DAYS = 92;
const WEEK = 7;
const OUTCOMES = ["answered", "unsure", "partly", "declined", "language", "handed_over"];
const LATENCIES = ["10", "20", "50", "100", "200", "500", "1000", "2000", "5000", "10000", "more"];
const WAITS = ["60", "300", "900", "3600", "14400", "86400", "more"];
const URGENCIES = ["0", "1", "2"];
const MINUTE = 60;
const HOUR = 3600;

let data;

/** The period cut into days or weeks: {name, days: [ISO dates]}. */
function spans() {
  const first = Date.parse(data.from);
  const days = Math.round((Date.parse(data.to) - first) / DAY_MS) + 1;
  const size = days > MOST_DAYS ? WEEK : 1;
  const dates = new Intl.DateTimeFormat(currentLanguage(), { day: "numeric", month: "short", timeZone: "UTC" });
  const cut = [];
  for (let day = 0; day < days; day += size) {
    const own = Array.from({ length: Math.min(size, days - day) }, (_, i) =>
      new Date(first + (day + i) * DAY_MS).toISOString().slice(0, 10),
    );
    cut.push({ name: dates.format(first + day * DAY_MS), days: new Set(own) });
  }
  return cut;
}

function sum(measure, label, days) {
  return data.counts
    .filter((one) => one.measure === measure && (!label || one.label === label) && (!days || days.has(one.day)))
    .reduce((total, one) => total + one.count, 0);
}

/** The word for a label; labels that have none here, as of a language, stand for themselves. */
function word(measure, label) {
  const key = `analytics.${measure}_${label}`;
  return has(key) ? t(key) : label;
}

const words = () => ({
  table: t("analytics.table"),
  see_table: t("analytics.see_table"),
  none: t("analytics.none"),
});

/** Stacked bars by day. */
function byDay(title, measure, labels, css, size) {
  const series = labels.map((label, i) => ({ name: word(measure, label), css: css[i] }));
  const columns = spans().map(({ name, days }) => ({ name, values: labels.map((label) => sum(measure, label, days)) }));
  return figure({ kind: "columns", title, columns, series, first: t("analytics.day"), words: words(), size });
}

/** Bars by label, those with most first, or in a given order with none left out. */
function byLabel(title, measure, { kind = "rows", css = "c6", labels = null, name = (label) => word(measure, label), counted }) {
  const found = [...new Set(data.counts.filter((one) => one.measure === measure).map((one) => one.label))];
  const columns = (labels ?? found).map((label) => ({ name: name(label), values: [sum(measure, label)] }));
  if (!labels) {
    columns.sort((a, b) => b.values[0] - a.values[0]);
  }
  return figure({ kind, title, columns, series: [{ name: counted, css }], first: title, words: words() });
}

function resolution() {
  const columns = spans().map(({ name, days }) => {
    const all = OUTCOMES.reduce((total, label) => total + sum("outcome", label, days), 0);
    const answered = sum("outcome", "answered", days) + sum("outcome", "unsure", days);
    return { name, values: [all === 0 ? null : answered / all] };
  });
  const title = t("analytics.resolution_by_day");
  const series = [{ name: t("analytics.resolution"), css: "c1" }];
  return figure({ kind: "line", title, columns, series, first: t("analytics.day"), format: percent, words: words(), size: "broad" });
}

function milliseconds(label) {
  return label === "more" ? `> ${number(10)} s` : label.length > 3 ? `≤ ${number(label / 1000)} s` : `≤ ${number(label)} ms`;
}

function wait(label) {
  if (label === "more") {
    return `> ${number(24)} h`;
  }
  return label >= HOUR ? `≤ ${number(label / HOUR)} h` : `≤ ${number(label / MINUTE)} min`;
}

function languageName(code) {
  return new Intl.DisplayNames(currentLanguage(), { type: "language" }).of(code);
}

function charts() {
  const messages = t("analytics.messages");
  const handoffs = t("analytics.handoffs");
  return [
    byDay(t("analytics.outcome_by_day"), "outcome", OUTCOMES, ["c1", "c2", "c3", "c4", "c5", "c6"], "broad"),
    resolution(),
    byLabel(t("analytics.intents"), "intent", { counted: messages }),
    byLabel(t("analytics.languages"), "language", { counted: messages, name: languageName, css: "c5" }),
    byLabel(t("analytics.reasons"), "handoff", { counted: handoffs, css: "c4" }),
    byLabel(t("analytics.urgencies"), "urgency", { counted: handoffs, css: "c3", labels: URGENCIES }),
    byLabel(t("analytics.waits"), "wait", { counted: handoffs, kind: "columns", css: "c3", labels: WAITS, name: wait }),
    byLabel(t("analytics.latencies"), "latency", { counted: messages, kind: "columns", labels: LATENCIES, name: milliseconds }),
    byDay(t("analytics.feedback_by_day"), "feedback", ["like", "dislike"], ["c1", "c4"], "two"),
    byLabel(t("analytics.feedback_reasons"), "feedback_reason", { counted: t("analytics.opinions"), css: "c1" }),
  ];
}

function tile(key, value, note) {
  return el(
    "li",
    { class: "card tile" },
    el("span", { class: "what" }, t(key)),
    el("span", { class: "figure" }, value),
    note ? el("span", { class: "what" }, note) : null,
  );
}

function tiles() {
  const { summary, handoffs } = data;
  const opinions = summary.likes + summary.dislikes;
  const waiting = t("analytics.waiting_now", { count: handoffs.waiting });
  return [
    tile("analytics.conversations", number(summary.conversations)),
    tile("analytics.question_count", number(summary.questions)),
    tile("analytics.resolution", summary.resolution_rate === null ? "–" : percent(summary.resolution_rate), t("analytics.resolution_note")),
    tile("analytics.handoffs", number(summary.handoffs), waiting),
    tile("analytics.liked", opinions === 0 ? "–" : percent(summary.likes / opinions), t("analytics.opinions_of", { count: opinions })),
    tile("analytics.median", summary.median_ms === null ? "–" : milliseconds(String(summary.median_ms))),
  ];
}

function topic({ question, questions, newest }) {
  return el(
    "li",
    {},
    `${question} `,
    el("span", { class: "tag" }, t("analytics.asked_times", { count: questions })),
    " ",
    el("span", { class: "quiet-text" }, moment(newest, "full")),
  );
}

function comment({ helpful, reason, comment: text, at }) {
  return el(
    "li",
    {},
    el("span", { class: helpful ? "tag good" : "tag bad" }, word("feedback", helpful ? "like" : "dislike")),
    " ",
    reason ? el("span", { class: "tag" }, word("feedback_reason", reason)) : null,
    ` ${text} `,
    el("span", { class: "quiet-text" }, moment(at, "full")),
  );
}

function show() {
  $("tiles").replaceChildren(...tiles());
  $("charts").replaceChildren(...charts());
  $("topics").replaceChildren(...data.topics.map(topic));
  $("no-topics").hidden = data.topics.length > 0;
  $("comments").replaceChildren(...data.comments.map(comment));
  $("no-comments").hidden = data.comments.length > 0;
}

async function load() {
  data = await callWithKey("GET", `/v1/analytics?days=${$("days").value}`);
  show();
}

$("days").addEventListener("change", () => attempt("problem", load));
$("csv").addEventListener("click", () =>
  attempt("problem", () => download(`/v1/analytics/export?days=${$("days").value}`, "analytics.csv")),
);
document.addEventListener("language", () => data && show());
await useTexts("analytics");
await attempt("problem", load);
