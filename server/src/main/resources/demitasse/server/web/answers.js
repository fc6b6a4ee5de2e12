// What stands around a message: what was masked in it, where an answer comes from, what the customer thinks of it.
import { call, copyText, el, icon, iconButton, sayFailure } from "./common.js";
import { has, say, t } from "./i18n.js";

/** Why an answer was good or bad; the server knows the same words. */
const REASONS = { true: ["solved", "clear", "quick"], false: ["wrong", "off_topic", "incomplete", "unclear"] };
/** Shorter pieces of an answer are found in a document by chance. */
const MARKED_CHARS = 12;
const COPIED_MS = 2000;

export const sessionPath = (session) => `/v1/sessions/${encodeURIComponent(session)}`;

/** @param types of what was masked. @param stored the message as it is kept */
export function maskedNote(types, stored) {
  const names = () =>
    [...new Set(types.map((type) => type.toLowerCase()))]
      .map((type) => t(has(`chat.type.${type}`) ? `chat.type.${type}` : "chat.type.other"))
      .join(", ");
  return el(
    "div",
    { class: "note privacy" },
    el("p", {}, icon("lock"), el("span", { t: "chat.masked", values: { types: names } })),
    stored
      ? el("details", {}, el("summary", { t: "chat.stored" }), el("p", { class: "stored" }, stored))
      : null,
  );
}

/** @param sources {id, title, source, excerpt}; without an id it does not open */
export function sourceList(session, sources, answer) {
  const items = sources.map((source) => {
    const tag = source.source ? [" ", el("span", { class: "tag" }, source.source)] : [];
    const title = [source.title || source.id, ...tag];
    return source.id ? opening(session, source, title, answer) : el("p", { class: "source" }, ...title);
  });
  return el("section", { class: "sources", "t-aria-label": "chat.sources" }, el("h2", { t: "chat.sources" }), ...items);
}

function opening(session, source, title, answer) {
  const passage = el("div", { class: "passage", tabIndex: 0, role: "region" });
  passage.setAttribute("aria-label", source.title || source.id);
  const details = el("details", { class: "source" }, el("summary", {}, ...title), passage);
  details.ontoggle = () => {
    if (details.open && !passage.hasChildNodes()) {
      show(session, source, passage, answer);
    }
  };
  return details;
}

async function show(session, source, passage, answer) {
  say(passage, "chat.source_loading");
  try {
    const path = `${sessionPath(session)}/source?document=${encodeURIComponent(source.id)}`;
    const document = await call("GET", path);
    delete passage.dataset.t;
    passage.replaceChildren(...marked(document.text || document.title, answer));
    const first = passage.querySelector("mark");
    passage.scrollTop = first ? first.offsetTop - passage.clientHeight / 3 : 0;
  } catch (failure) {
    delete passage.dataset.t;
    const words = el("p", {});
    passage.replaceChildren(failure.status === 404 ? say(words, "chat.source_gone") : sayFailure(words, failure));
    if (source.excerpt) {
      passage.append(source.excerpt);
    }
  }
}

/** The document's text with the parts marked that the answer has word for word. */
function marked(text, answer) {
  const ranges = answer
    .split(/(?<=[.!?])\s+|\n+/)
    .filter((piece) => piece.length >= MARKED_CHARS)
    .map((piece) => ({ from: text.indexOf(piece), to: text.indexOf(piece) + piece.length }))
    .filter((range) => range.from >= 0)
    .sort((a, b) => a.from - b.from);
  const nodes = [];
  let at = 0;
  for (const { from, to } of ranges) {
    if (from >= at) {
      nodes.push(text.slice(at, from), el("mark", {}, text.slice(from, to)));
      at = to;
    }
  }
  return [...nodes, text.slice(at)];
}

/**
 * Copy, like and dislike under an answer.
 *
 * @param id the answer's; without one there is nothing to have an opinion about
 * @param more further buttons
 * @param helpful what the customer has said of it before; undefined: nothing
 */
export function actions(session, id, text, more = [], helpful = undefined) {
  const row = el("div", { class: "actions", role: "group", "t-aria-label": "chat.actions" });
  const copy = iconButton("copy", "copy", async () => {
    await copyText(text);
    copy.replaceChildren(icon("check"));
    row.append(el("span", { class: "said", role: "status", t: "copied" }));
    setTimeout(() => {
      copy.replaceChildren(icon("copy"));
      row.querySelector(".said")?.remove();
    }, COPIED_MS);
  });
  const opinion = el("div", { class: "opinion" });
  row.append(copy, ...(id ? verdicts(session, id, opinion, helpful) : []), ...more);
  return [row, opinion];
}

function verdicts(session, id, place, before) {
  const buttons = [true, false].map((helpful) => {
    const button = iconButton(helpful ? "up" : "down", helpful ? "chat.helpful" : "chat.not_helpful");
    button.setAttribute("aria-pressed", String(helpful === before));
    button.onclick = async () => {
      const send = (reason, comment) =>
        call("POST", "/v1/feedback", { session, message: id, helpful, reason, comment });
      try {
        await send("", "");
        for (const other of buttons) {
          other.setAttribute("aria-pressed", String(other === button));
        }
        place.replaceChildren(why(helpful, send, place, button));
        place.querySelector("input").focus({ preventScroll: true });
        place.scrollIntoView({ block: "nearest" });
      } catch (failure) {
        place.replaceChildren(sayFailure(el("p", { class: "note", role: "alert" }), failure));
      }
    };
    return button;
  });
  return buttons;
}

/** Asks for a reason; the opinion itself is stored already. */
function why(helpful, send, place, button) {
  const name = `reason-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  const choices = REASONS[helpful].map((reason) =>
    el(
      "label",
      { class: "choice" },
      el("input", { type: "radio", name, value: reason }),
      el("span", { t: `chat.reason.${reason}` }),
    ),
  );
  const comment = el("textarea", { rows: 2, maxLength: 2000, "t-aria-label": "chat.comment", "t-placeholder": "chat.comment" });
  const done = () => {
    place.replaceChildren(el("p", { class: "note", role: "status", t: "chat.thanks" }));
    button.focus();
  };
  const form = el(
    "form",
    { class: "why" },
    el(
      "fieldset",
      {},
      el("legend", { t: helpful ? "chat.why_helpful" : "chat.why_not" }),
      el("div", { class: "choices" }, ...choices),
      comment,
    ),
    el(
      "div",
      { class: "row" },
      el("button", { type: "button", class: "quiet", t: "chat.no_comment", onclick: done }),
      el("button", { class: "primary", t: "chat.send_opinion" }),
    ),
  );
  form.onsubmit = async (event) => {
    event.preventDefault();
    const chosen = form.querySelector("input:checked");
    try {
      await send(chosen ? chosen.value : "", comment.value.trim());
      done();
    } catch (failure) {
      form.append(sayFailure(el("p", { class: "note", role: "alert" }), failure));
    }
  };
  return form;
}
