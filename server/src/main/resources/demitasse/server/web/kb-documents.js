// The list of documents and the form to edit one.
import { $, callWithKey, el } from "./common.js";
import { say, t } from "./i18n.js";
import { attempt, download, number, problem } from "./office.js";

const TYPING_MS = 250;
/** So many wordings of a question are enough to write by. */
const ASKED_SHOWN = 6;
const ONE = "/v1/kb/document?id=";

let tell;
/** The document in the form; null without one, {} for a new one. */
let current = null;
/** What customers asked that the document in the form answers. */
let asked = [];
let page = 1;
let asking = 0;

const fields = () => ({
  title: $("title").value.trim(),
  source: $("document-source").value.trim(),
  content: $("content").value.trim(),
});

function isDirty() {
  const now = fields();
  return current !== null && Object.keys(now).some((name) => now[name] !== (current[name] ?? ""));
}

/** Asks a question with a way back. @return whether the reader wants it */
function confirmed(textKey, yesKey, values = {}) {
  say($("confirm-title"), yesKey);
  say($("confirm-text"), textKey, values);
  say($("confirm-yes"), yesKey);
  $("confirm").returnValue = "no";
  $("confirm").showModal();
  return new Promise((answer) => {
    $("confirm").onclose = () => answer($("confirm").returnValue === "yes");
  });
}

/** Whether what is in the form may go; the reader is asked if it is not saved, or in any case by a question of one's own. */
export async function mayLeave(askKey, yesKey) {
  if (askKey) {
    return confirmed(askKey, yesKey);
  }
  return !isDirty() || confirmed("kb.unsaved", "kb.discard");
}

export function showSources(sources) {
  const chosen = $("source").value;
  const name = (source) => source || t("kb.no_source");
  $("source").replaceChildren(
    el("option", { value: "*", t: "kb.all_sources" }),
    ...sources.map(({ source, documents }) => new Option(`${name(source)} (${number(documents)})`, `=${source}`)),
  );
  $("source").value = [...$("source").options].some((option) => option.value === chosen) ? chosen : "*";
  $("sources").replaceChildren(...sources.filter(({ source }) => source).map(({ source }) => el("option", { value: source })));
}

/** Lists the documents anew. */
export async function refresh() {
  const asked = ++asking;
  const query = new URLSearchParams({ page, query: $("find").value.trim() });
  if ($("source").value.startsWith("=")) {
    query.set("source", $("source").value.slice(1));
  }
  const found = await callWithKey("GET", `/v1/kb/documents?${query}`);
  if (asked !== asking) {
    return; // A newer question is under way.
  }
  if (page > found.pages) {
    page = found.pages;
    await refresh();
    return;
  }
  show(found);
}

function show(found) {
  say($("found"), found.total || $("find").value ? "kb.found" : "kb.empty", { count: found.total });
  const focused = document.activeElement?.dataset?.id;
  $("list").replaceChildren(...found.data.map(card));
  if (focused !== undefined) {
    $("list").querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  }
  $("pager").hidden = found.pages === 1;
  say($("page"), "kb.page", { page: found.page, pages: found.pages });
  $("previous").disabled = found.page === 1;
  $("next").disabled = found.page === found.pages;
}

function card(item) {
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", class: "entry", "data-id": item.id, "aria-current": String(item.id === current?.id), onclick: () => open(item.id) },
      el("span", { class: "name" }, item.title || item.id),
      el("span", { class: "excerpt" }, item.excerpt + (item.characters > item.excerpt.length ? "…" : "")),
      item.source ? el("span", { class: "tag" }, item.source) : null,
    ),
  );
}

function mark() {
  for (const button of $("list").querySelectorAll("button")) {
    button.setAttribute("aria-current", String(button.dataset.id === current?.id));
  }
}

function edit(doc, questions = []) {
  current = doc;
  asked = questions;
  $("documents-section").classList.add("editing");
  $("form").hidden = false;
  $("nothing").hidden = true;
  problem("form-problem", null);
  $("saved").textContent = "";
  $("title").value = doc.title ?? "";
  $("document-source").value = doc.source ?? "";
  $("content").value = doc.content ?? "";
  $("delete").hidden = !doc.id;
  if (doc.id) {
    delete $("editing").dataset.t;
    $("editing").textContent = doc.id;
  } else {
    say($("editing"), "kb.new");
  }
  $("asked").hidden = questions.length === 0;
  const texts = [...new Set(questions.map((question) => question.text))];
  $("asked-list").replaceChildren(...texts.slice(0, ASKED_SHOWN).map((text) => el("li", {}, text)));
  mark();
}

/** Empties the form, without asking. */
export function close() {
  current = null;
  $("form").hidden = true;
  $("nothing").hidden = false;
  $("documents-section").classList.remove("editing");
  mark();
}

/** Shows a document in the form. */
export async function open(id) {
  if (!(await mayLeave())) {
    return;
  }
  location.hash = "#documents";
  await attempt("problem", async () => {
    edit(await callWithKey("GET", ONE + encodeURIComponent(id)));
    $("editing").focus();
  });
}

/** An empty form, for what customers have asked. */
export async function write(questions = []) {
  if (await mayLeave()) {
    location.hash = "#documents";
    edit({}, questions);
    $("title").focus();
  }
}

async function save() {
  const known = current.id;
  const body = known ? { ...fields(), version: current.version } : fields();
  const stored = known
    ? await callWithKey("PUT", ONE + encodeURIComponent(known), body)
    : await callWithKey("POST", "/v1/kb/documents", body);
  const answered = asked;
  edit(stored);
  say($("saved"), "kb.saved");
  if (answered.length > 0) {
    await callWithKey("POST", "/v1/kb/questions/settle", { ids: answered.map((question) => question.id) });
    await tell.settled();
  }
  await tell.changed();
}

async function remove() {
  if (await confirmed("kb.delete_ask", "delete", { title: current.title || current.id })) {
    const query = `${encodeURIComponent(current.id)}&version=${encodeURIComponent(current.version)}`;
    await callWithKey("DELETE", ONE + query);
    close();
    await tell.changed();
    $("add").focus();
  }
}

function again() {
  page = 1;
  attempt("problem", refresh);
}

function turn(pages) {
  page += pages;
  attempt("problem", refresh);
}

/** @param told {changed, settled}: what to do when documents have changed, and when questions have their answer */
export function start(told) {
  tell = told;
  let typing;
  $("find").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(again, TYPING_MS);
  });
  $("source").addEventListener("change", again);
  $("previous").addEventListener("click", () => turn(-1));
  $("next").addEventListener("click", () => turn(1));
  $("add").addEventListener("click", () => write());
  $("export").addEventListener("click", () => attempt("problem", () => download("/v1/kb/export", "knowledge.jsonl")));
  $("back").addEventListener("click", async () => {
    if (await mayLeave()) {
      close();
      $("add").focus();
    }
  });
  $("delete").addEventListener("click", () => attempt("form-problem", remove));
  $("form").addEventListener("input", () => ($("saved").textContent = ""));
  $("form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt("form-problem", save);
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty()) {
      event.preventDefault();
    }
  });
}
