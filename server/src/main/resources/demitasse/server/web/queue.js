// The queue: whose turn it is, how long they have waited, and what is new.
import { $, announce, el } from "./common.js";
import { currentLanguage, has, t } from "./i18n.js";

const URGENCY = ["", "high", "emergency"];
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The console: name() is the person's, current() the id of the conversation that is open, open(id) opens one. */
let desk = null;
let listed = "";
let known = null;

export function startQueue(console) {
  desk = console;
  $("list").addEventListener("keydown", moveFocus);
}

export const isMine = (one) => one.state === "person" && one.claimed_by === desk.name();

export const reasonOf = (one) => (has(`console.reason.${one.reason}`) ? t(`console.reason.${one.reason}`) : one.reason);

/** How long ago, roughly: nobody counts seconds in a queue. */
function wait(iso) {
  const ms = Math.max(0, Date.now() - Date.parse(iso));
  if (ms < MINUTE) {
    return t("console.wait.now");
  }
  const [unit, size] = ms < HOUR ? ["minutes", MINUTE] : ms < DAY ? ["hours", HOUR] : ["days", DAY];
  return t(`console.wait.${unit}`, { count: Math.floor(ms / size) });
}

/** What the customer wants: the first line of the summary, behind the reason. */
export function wordsOf(one) {
  const [first] = one.summary.split("\n");
  const prefix = `${one.reason}: `;
  const words = first.startsWith(prefix) ? first.slice(prefix.length) : first;
  return words || t("console.no_summary");
}

/** The whole summary in the reader's words; urgency, language and wishes stand above it as tags. */
export function summaryOf(one) {
  const lines = one.summary.split("\n").slice(1).map((line) => {
    const [, key, text] = /^(\w+): (.*)$/.exec(line) ?? [];
    const label = `console.summary.${key}`;
    if (key === "language") {
      const name = new Intl.DisplayNames(currentLanguage(), { type: "language" }).of(text);
      return t(label, { text: name });
    }
    return key && has(label) ? t(label, { text }) : null;
  });
  return [wordsOf(one), ...lines.filter(Boolean)].join("\n");
}

export function urgencyTag(one) {
  return URGENCY[one.urgency]
    ? el("span", { class: `tag ${URGENCY[one.urgency]}`, t: `console.urgency.${one.urgency}` })
    : null;
}

export function stateTag(one) {
  const key = isMine(one) ? "mine" : one.state;
  return el("span", { class: `tag ${key}`, t: `console.state.${key}`, values: { person: one.claimed_by } });
}

function entry(one) {
  const since = one.state === "waiting" ? one.created_at : one.unanswered_since;
  const button = el(
    "button",
    { type: "button", "aria-current": String(one.id === desk.current()) },
    el(
      "span",
      { class: "line" },
      urgencyTag(one),
      el("span", { class: "reason" }, reasonOf(one)),
      el("span", { class: "grow" }),
      since ? el("span", { class: "wait" }, wait(since)) : null,
    ),
    el("span", { class: "what" }, wordsOf(one)),
    el(
      "span",
      { class: "line" },
      isMine(one) || one.state === "waiting" ? null : stateTag(one),
      isMine(one) && one.unanswered_since ? el("span", { class: "tag new", t: "console.unanswered" }) : null,
    ),
  );
  button.dataset.id = one.id;
  button.onclick = () => desk.open(one.id);
  return el("li", {}, button);
}

function group(key, members) {
  if (!members.length) {
    return [];
  }
  const title = el("h3", { t: "console.group", values: { name: () => t(`console.${key}`), count: members.length } });
  return [title, el("ul", {}, ...members.map(entry))];
}

/** @param items open hand-offs, the most urgent first */
export function showList(items) {
  const mine = items.filter(isMine);
  const waiting = items.filter((one) => one.state === "waiting");
  const others = items.filter((one) => one.state === "person" && !isMine(one));
  const urgent = waiting.length + mine.filter((one) => one.unanswered_since).length;
  const title = t("console.title");
  document.title = urgent ? `(${urgent}) ${title}` : title;
  $("next").disabled = !waiting.length;
  $("empty").hidden = items.length > 0;
  const times = items.map((one) => wait(one.unanswered_since ?? one.created_at));
  const print = JSON.stringify([items, times, desk.current(), desk.name(), currentLanguage()]);
  if (print === listed) {
    return;
  }
  listed = print;
  const focused = document.activeElement?.dataset?.id;
  $("list").replaceChildren(...group("mine", mine), ...group("waiting", waiting), ...group("others", others));
  if (focused) {
    $("list").querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  }
}

/** Tells what is new, once. */
export function tellNews(items) {
  const now = new Map(items.map((one) => [one.id, one]));
  if (known) {
    const fresh = items.find((one) => one.state === "waiting" && !known.has(one.id));
    const written = items.find(
      (one) => isMine(one) && one.unanswered_since && !known.get(one.id)?.unanswered_since && one.id !== desk.current(),
    );
    if (fresh) {
      announce("console.new", { reason: reasonOf(fresh) });
    } else if (written) {
      announce("console.new_message");
    }
  }
  known = now;
}

function moveFocus(event) {
  const buttons = [...$("list").querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && at >= 0) {
    event.preventDefault();
    buttons[Math.min(buttons.length - 1, Math.max(0, at + step))].focus();
  }
}
