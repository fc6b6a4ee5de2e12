// Beside the conversation: passages of the knowledge base and canned replies that go into the reply.
import { $, callWithKey, el, iconButton, sayFailure } from "./common.js";
import { say, sayAttribute } from "./i18n.js";

/** The console: insert(text) puts a text into the reply, name() is the person's, customer() the customer's. */
let desk = null;
let replies = [];
let edited = null;
/** What the suggestions shown were asked for; an answer to an older question comes too late. */
let asked = null;

export function start(console) {
  desk = console;
  $("suggest-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const query = $("suggest-query").value.trim();
    if (query) {
      suggest({ query });
    }
  });
  $("canned-filter").addEventListener("input", showReplies);
  $("canned-filter").addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      $("canned-list").querySelector("button:not(:disabled)")?.click();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      $("canned-filter").value = "";
      showReplies();
      desk.focus();
    }
  });
  $("canned-manage").addEventListener("click", manage);
  $("canned-close").addEventListener("click", () => $("canned-dialog").close());
  $("canned-cancel").addEventListener("click", () => edit(null));
  $("canned-form").addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
}

/** Passages for what the customer of a hand-off asked last. */
export function suggestFor(handoff) {
  $("suggest-query").value = "";
  return suggest({ handoff });
}

async function suggest(what) {
  asked = what;
  let found;
  try {
    found = await callWithKey("POST", "/v1/suggestions", what, { background: true });
  } catch (failure) {
    if (asked === what) {
      $("suggestions").replaceChildren(el("li", {}, sayFailure(el("p", { class: "problem" }), failure)));
    }
    return;
  }
  if (asked !== what) {
    return;
  }
  const fits = found.data.some((suggestion) => suggestion.fits);
  const key = !found.query ? "nothing" : fits ? "for" : found.data.length ? "near" : "none";
  say($("suggest-for"), `console.suggest_${key}`, { query: found.query });
  $("suggestions").replaceChildren(...found.data.map(card));
}

/** What fits is open; for what is only near, the title has to do. */
function card(suggestion, i) {
  const title = suggestion.title || suggestion.document;
  const summary = el("summary", {}, title);
  if (suggestion.source) {
    summary.append(" ", el("span", { class: "tag" }, suggestion.source));
  }
  const open = i === 0 && suggestion.fits;
  const words = el("p", {}, suggestion.text);
  return el("li", { class: "card" }, el("details", { open }, summary, words, insertButton(suggestion.text, title)));
}

function insertButton(text, title) {
  const button = el("button", { type: "button", class: "small insert", t: "console.insert" });
  button.setAttribute("aria-description", title);
  button.disabled = !desk.canInsert();
  button.onclick = () => desk.insert(text);
  return button;
}

/** After the conversation has changed hands. */
export function update() {
  for (const button of document.querySelectorAll(".insert")) {
    button.disabled = !desk.canInsert();
  }
}

export async function loadReplies() {
  try {
    replies = (await callWithKey("GET", "/v1/canned", undefined, { background: true })).data;
    showReplies();
  } catch {
    // Shown as they were; the next conversation asks again.
  }
}

/** The text with its placeholders filled in; where there is no name, the blank before its comma goes too. */
function filled(text) {
  return text
    .replaceAll("{agent}", () => desk.name())
    .replaceAll("{customer}", () => desk.customer())
    .replace(/[ \t]+([,.!?])/g, "$1")
    .trim();
}

function showReplies() {
  const filter = $("canned-filter").value.trim().toLowerCase();
  const shown = replies.filter((reply) => `${reply.title} ${reply.text}`.toLowerCase().includes(filter));
  $("canned-none").hidden = shown.length > 0;
  say($("canned-none"), replies.length ? "console.canned_none_found" : "console.canned_none");
  $("canned-list").replaceChildren(
    ...shown.map((reply) => {
      const button = el("button", { type: "button", class: "insert", title: reply.text, disabled: !desk.canInsert() });
      button.append(el("strong", {}, reply.title), el("span", {}, reply.text));
      button.onclick = () => desk.insert(filled(reply.text));
      return el("li", {}, button);
    }),
  );
}

async function manage() {
  await loadReplies();
  edit(null);
  $("canned-dialog").showModal();
}

function edit(reply) {
  edited = reply;
  $("canned-title-field").value = reply?.title ?? "";
  $("canned-text-field").value = reply?.text ?? "";
  say($("canned-form-title"), reply ? "console.canned_change" : "console.canned_new");
  $("canned-cancel").hidden = !reply;
  $("canned-problem").hidden = true;
  showRows();
  if (reply) {
    $("canned-title-field").focus();
  }
}

function showRows() {
  $("canned-rows").replaceChildren(
    ...replies.map((reply) => {
      const change = iconButton("pencil", "console.canned_edit", () => edit(reply));
      const remove = iconButton("bin", "console.canned_delete", () => ask(reply, row));
      for (const [button, key] of [[change, "console.canned_edit"], [remove, "console.canned_delete"]]) {
        sayAttribute(button, "aria-label", key, { title: reply.title });
        sayAttribute(button, "title", key, { title: reply.title });
      }
      const words = el("div", { class: "grow" }, el("strong", {}, reply.title), el("span", {}, reply.text));
      const row = el("li", {}, words, change, remove);
      return row;
    }),
  );
}

/** Asks in the row itself. */
function ask(reply, row) {
  const no = el("button", { type: "button", class: "small", t: "cancel", onclick: showRows });
  const yes = el("button", { type: "button", class: "small danger", t: "delete", onclick: () => remove(reply) });
  row.replaceChildren(
    el("p", { class: "grow", role: "alert", t: "console.canned_sure", values: { title: reply.title } }),
    no,
    yes,
  );
  no.focus();
}

const remove = (reply) => change("DELETE", `/v1/canned/${reply.id}`);

const save = () =>
  change(edited ? "PUT" : "POST", edited ? `/v1/canned/${edited.id}` : "/v1/canned", {
    title: $("canned-title-field").value,
    text: $("canned-text-field").value,
  });

async function change(method, path, body) {
  try {
    await callWithKey(method, path, body);
    await loadReplies();
    edit(null);
    $("canned-title-field").focus();
  } catch (failure) {
    $("canned-problem").hidden = false;
    sayFailure($("canned-problem"), failure);
  }
}
