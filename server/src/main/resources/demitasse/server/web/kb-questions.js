// What customers asked and got no good answer to, by topic.
import { $, callWithKey, el } from "./common.js";
import { moment } from "./i18n.js";
import { attempt, number } from "./office.js";

const SHOWN = 3;
let act;

/** Lists the questions anew. */
export async function refresh() {
  const topics = await callWithKey("GET", "/v1/kb/questions");
  $("questions-count").textContent = number(topics.questions);
  $("no-questions").hidden = topics.data.length > 0;
  $("topics").replaceChildren(...topics.data.map(card));
}

function line(question) {
  return el(
    "li",
    {},
    `${question.text} `,
    el("span", { class: "tag notice", t: `kb.why_${question.why}` }),
    " ",
    el("span", { class: "quiet-text" }, moment(question.at, "full")),
  );
}

/** The newest of those with the same words and the same verdict. */
function distinct(questions) {
  const seen = new Map();
  for (const question of questions) {
    const key = `${question.why} ${question.text.toLowerCase()}`;
    seen.set(key, seen.get(key) ?? question);
  }
  return [...seen.values()];
}

function card(topic) {
  const wordings = distinct(topic.questions);
  const shown = wordings.slice(0, SHOWN);
  const more = wordings.slice(SHOWN);
  return el(
    "li",
    { class: "card topic" },
    el("h3", {}, `${topic.question} `, el("span", { class: "tag", t: "kb.asked_times", values: { count: topic.questions.length } })),
    el("ul", {}, ...shown.map(line)),
    more.length === 0
      ? null
      : el("details", {}, el("summary", { t: "kb.more", values: { count: more.length } }), el("ul", {}, ...more.map(line))),
    el(
      "div",
      { class: "tools" },
      el("button", { type: "button", class: "primary write", t: "kb.write", onclick: () => act.write(topic.questions) }),
      el("button", { type: "button", class: "try", t: "kb.try_this", onclick: () => act.tryOut(topic.question) }),
      el("button", { type: "button", class: "dismiss", t: "kb.dismiss", onclick: () => attempt("problem", () => dismiss(topic)) }),
    ),
  );
}

async function dismiss(topic) {
  await callWithKey("POST", "/v1/kb/questions/settle", { ids: topic.questions.map((question) => question.id) });
  await refresh();
  ($("topics").querySelector("button") ?? $("main")).focus();
}

/** @param does {write, tryOut}: what becomes of a topic's questions, and of its heading */
export function start(does) {
  act = does;
}
