// The conversation as it is shown: messages, notes between them, and where the reader has scrolled to.
import { $, el } from "./common.js";
import { moment } from "./i18n.js";

/** So near to the end, in pixels, a reader wants to see what comes. */
const NEAR_END = 120;
const NAMES = { customer: "chat.you", assistant: "chat.assistant", person: "chat.person" };

const log = $("log");
const scroller = $("scroller");

/** Whether the reader wants to see what comes: they have not scrolled up. */
let following = true;

const isAtEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;

export function toEnd() {
  following = true;
  scroller.scrollTop = scroller.scrollHeight;
  $("newest").hidden = true;
}

/** Changes what is shown; who has scrolled up to read stays there, and is told. */
export function show(change) {
  const result = change();
  if (following) {
    toEnd();
  } else {
    $("newest").hidden = isAtEnd();
  }
  return result;
}

/** @param name of a person, if it is known */
export function bubble(role, text, { at = new Date().toISOString(), name = "" } = {}) {
  const who = name ? el("span", {}, name) : el("span", { t: NAMES[role] });
  const words = el("div", { class: "words" }, text);
  const node = el("article", { class: `bubble ${role}` }, el("div", { class: "who" }, who, " · ", moment(at)), words);
  $("welcome").hidden = true;
  show(() => log.append(node));
  return { node, words };
}

/** A note between the messages; without a key it is empty, to be filled. */
export function aside(key, values) {
  const node = key ? el("p", { class: "aside", t: key, values }) : el("p", { class: "aside" });
  show(() => log.append(node));
  return node;
}

$("newest").addEventListener("click", toEnd);
scroller.addEventListener(
  "scroll",
  () => {
    following = isAtEnd();
    $("newest").hidden ||= following;
  },
  { passive: true },
);
// A notice above or a long message below take room from the conversation.
new ResizeObserver(() => following && toEnd()).observe(scroller);
