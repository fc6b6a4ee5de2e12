// A conversation as people who answer see it.
import { $, el } from "./common.js";
import { moment } from "./i18n.js";

const NAMES = { customer: "customer", assistant: "assistant", person: "colleague", system: "system" };
const MASK = /(\[[A-Z_]{2,20}\])/;
const NEAR_END = 120;

/** Ids of the messages that are on the page. */
let shown = [];
/** Whether the reader wants to see what comes: they have not scrolled up. */
let following = true;

const history = $("history");

const toEnd = () => (history.scrollTop = history.scrollHeight);

history.addEventListener(
  "scroll",
  () => (following = history.scrollHeight - history.scrollTop - history.clientHeight < NEAR_END),
  { passive: true },
);
// The reply grows as it is written, and takes room from the messages.
new ResizeObserver(() => following && toEnd()).observe(history);

export const isOver = (one) => one.state === "resolved" || one.state === "returned";

/** Text with what was masked set apart. */
export function masked(text) {
  return text.split(MASK).map((part, i) => (i % 2 ? el("span", { class: "mask" }, part) : part));
}

function message(one) {
  const sources = one.sources?.length
    ? el("p", { class: "note", t: "console.from", values: { titles: one.sources.join(", ") } })
    : null;
  return el(
    "article",
    { class: `bubble ${one.role}` },
    el("div", { class: "who" }, el("span", { t: `console.${NAMES[one.role] ?? "system"}` }), " · ", moment(one.at)),
    el("div", { class: "words" }, ...masked(one.text)),
    sources,
  );
}

/**
 * Adds what is new; writes all anew, and silently, only for another conversation.
 *
 * @param isOther another conversation than before
 */
export function showHistory(one, isOther) {
  const ids = one.messages.map((m) => m.id);
  following ||= isOther;
  history.querySelector(".over")?.remove();
  if (isOther || shown.some((id, i) => id !== ids[i])) {
    history.setAttribute("aria-live", "off");
    history.replaceChildren();
    shown = [];
  }
  history.append(...one.messages.slice(shown.length).map(message));
  shown = ids;
  if (isOver(one)) {
    history.append(el("p", { class: "aside over", t: `console.${one.state}` }));
  }
  if (following) {
    toEnd();
  }
  requestAnimationFrame(() => history.setAttribute("aria-live", "polite"));
}
