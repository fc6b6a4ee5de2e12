// Trying a question out: what the search finds, and what the assistant would answer.
import { $, callWithKey, el } from "./common.js";
import { attempt, number } from "./office.js";

let open;

function verdict(answer) {
  if (answer.escalated) {
    return ["notice", "kb.would_hand_over"];
  }
  return answer.declined ? ["bad", "kb.would_decline"] : ["good", "kb.would_answer"];
}

function show(found) {
  const [kind, key] = verdict(found.answer);
  $("tried").replaceChildren(
    el(
      "article",
      { class: "card answer" },
      el("h3", {}, el("span", { class: `tag ${kind}`, t: key })),
      el("p", { class: "words" }, found.answer.answer),
      el("p", { class: "quiet-text", t: "kb.searched_for", values: { query: found.query } }),
    ),
  );
  $("hits").replaceChildren(...found.hits.map(hit));
}

function score(value) {
  return number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function hit(found) {
  const read = found.evidence !== undefined;
  const values = {
    evidence: () => score(found.evidence),
    score: () => score(found.score),
    keyword: () => score(found.keyword_score),
    vector: () => score(found.vector_score),
  };
  return el(
    "li",
    { class: "card" },
    el(
      "div",
      { class: "hit-head" },
      el("button", { type: "button", class: "small", onclick: () => open(found.id) }, found.title || found.id),
      found.source ? el("span", { class: "tag" }, found.source) : null,
      el("span", { class: "quiet-text", t: read ? "kb.scores_read" : "kb.scores", values }),
    ),
    el("p", { class: "passage" }, found.chunk),
  );
}

/** Asks a question as a customer would. */
export async function ask(question) {
  location.hash = "#try";
  $("question").value = question;
  await attempt("try-problem", async () => show(await callWithKey("POST", "/v1/kb/search", { query: question })));
}

/** @param does {open}: shows a document */
export function start(does) {
  open = does.open;
  $("try-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const question = $("question").value.trim();
    if (question) {
      ask(question);
    }
  });
}
