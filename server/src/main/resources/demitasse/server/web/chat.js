import { actions, maskedNote, sessionPath, sourceList } from "./answers.js";
import { $, announce, call, el, Failure, fit, icon, iconButton, memory, sayFailure, stream } from "./common.js";
import { say, sayAttribute, t, useTexts } from "./i18n.js";
import { aside, bubble, show, toEnd } from "./log.js";
import * as mydata from "./mydata.js";

const KEY = "demitasse.session";
const POLL_MS = 1500;
const POLL_HIDDEN_MS = 6000;
const POLL_REFUSED_MS = 8000;
/** What the assistant understands whatever language the page is in. */
const ASK_FOR_PERSON = "I want to talk to a person";

const log = $("log");
const box = $("message");

let session = memory.get(KEY);
let state = "bot";
let person = "";
let lastSeen = 0;
let running = null;
let polling = null;
let unread = 0;
/** The newest question with its answer: the one that can be taken back. */
let newest = null;

function newSession() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  session = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  memory.set(KEY, session);
}

/** Only the newest exchange can be taken back, and only while nobody else reads along. */
function setNewest(exchange) {
  log.querySelectorAll(".newest-only").forEach((node) => node.remove());
  newest = exchange;
}

function offerUndo(exchange) {
  const undo = iconButton("undo", "chat.undo", () => undoNewest(exchange));
  undo.classList.add("newest-only");
  exchange.question.node.append(undo);
}

async function undoNewest(exchange) {
  try {
    await takeBack(exchange);
  } catch (failure) {
    sayFailure(aside(), failure);
    return;
  }
  if (!box.value) {
    box.value = exchange.text;
    fit(box);
  }
  box.focus();
  announce("chat.undone");
}

/** Removes an exchange here and on the server. */
async function takeBack(exchange) {
  running?.abort();
  const id = exchange.questionId ?? (await learnId());
  if (id) {
    await call("DELETE", `${sessionPath(session)}/messages/${id}`).catch((failure) => {
      if (failure.status !== 404) {
        throw failure;
      }
    });
  }
  exchange.question.node.remove();
  exchange.answer?.node.remove();
  newest = null;
  $("welcome").hidden = log.querySelector(".bubble") !== null;
}

/** The id of a question whose answer has not come: the server may have stored it all the same. */
async function learnId() {
  try {
    const now = await call("GET", `${sessionPath(session)}?after=${lastSeen}`);
    return now.messages.find((message) => message.role === "customer")?.id;
  } catch (failure) {
    if (failure.status === 404) {
      return undefined;
    }
    throw failure;
  }
}

async function again(exchange) {
  try {
    await takeBack(exchange);
  } catch (failure) {
    if (failure.status !== 409) {
      sayFailure(aside(), failure);
      return;
    }
    // A person may have read the question already; it is asked once more.
    exchange.answer.node.remove();
  }
  ask(exchange.text);
}

function againButton(exchange) {
  const button = el("button", { type: "button", class: "small", onclick: () => again(exchange) }, icon("retry"));
  button.append(el("span", { t: "retry" }));
  return button;
}

function finish(reply, exchange) {
  const { question, answer } = exchange;
  exchange.questionId = reply.question_id;
  lastSeen = Math.max(lastSeen, reply.question_id ?? 0, reply.message_id ?? 0);
  if (reply.masked.length) {
    question.node.append(maskedNote(reply.masked, reply.stored));
  }
  if (reply.escalated && !reply.message_id && state === "person") {
    // A receipt, no part of the talk with a person.
    answer.node.remove();
    question.node.append(el("p", { class: "note" }, icon("check"), el("span", { t: "chat.passed_on" })));
  } else {
    answer.words.textContent = reply.answer;
    answer.words.lang = reply.lang;
    decorate(answer, reply.message_id, reply.answer, reply.sources, reply.escalated ? null : exchange);
  }
  setState(reply.escalated ? (state === "person" ? "person" : "waiting") : "bot");
}

/** @param exchange what can be taken back; null if nothing can */
function decorate(answer, id, text, sources, exchange) {
  if (sources.length) {
    answer.node.append(sourceList(session, sources, text));
  }
  const regenerate = exchange ? [iconButton("retry", "chat.regenerate", () => again(exchange))] : [];
  regenerate.forEach((button) => button.classList.add("newest-only"));
  answer.node.append(...actions(session, id, text, regenerate));
  if (exchange) {
    offerUndo(exchange);
  }
}

async function ask(text) {
  if (!session) {
    newSession();
  }
  const question = bubble("customer", text);
  const answer = bubble("assistant", "");
  const exchange = { text, question, answer };
  setNewest(exchange);
  toEnd();
  answer.words.classList.add("dots");
  log.setAttribute("aria-busy", "true");
  announce("chat.thinking");
  const abort = new AbortController();
  running = abort;
  busy(true);
  try {
    await receive(text, exchange, abort.signal);
  } catch (failure) {
    show(() => failed(failure, exchange));
  } finally {
    answer.words.classList.remove("dots");
    log.setAttribute("aria-busy", "false");
    if (running === abort) {
      running = null;
      busy(false);
    }
  }
}

async function receive(text, exchange, signal) {
  for await (const { event, data } of stream("/v1/assist", { session, message: text }, signal)) {
    if (event === "token") {
      exchange.answer.words.classList.remove("dots");
      show(() => exchange.answer.words.append(data.text));
    } else if (event === "done") {
      show(() => finish(data, exchange));
      return;
    } else if (event === "error") {
      throw new Failure(500, data.error.code ?? "", data.error.message);
    }
  }
  throw new Failure(0, "broken");
}

function failed(failure, exchange) {
  const { node } = exchange.answer;
  const stopped = failure.name === "AbortError";
  const note = el("p", { class: "note", role: stopped ? "status" : "alert" });
  node.classList.toggle("failed", !stopped);
  node.append(stopped ? say(note, "chat.stopped") : sayFailure(note, failure), againButton(exchange));
  offerUndo(exchange);
}

function busy(on) {
  $("send").hidden = on;
  $("stop").hidden = !on;
  if (!on && document.activeElement === document.body) {
    box.focus();
  }
}

function send() {
  const text = box.value.trim();
  if (text && !running) {
    box.value = "";
    fit(box);
    ask(text);
  }
}

function setState(next, who = person, ahead = undefined) {
  const before = state;
  state = next;
  person = next === "person" ? who || person : "";
  const name = () => person || t("chat.somebody");
  const banner = $("banner");
  banner.hidden = state === "bot";
  banner.className = `banner ${state}`;
  if (state === "waiting") {
    const words = ahead === undefined ? "chat.waiting" : ahead === 0 ? "chat.waiting_next" : "chat.waiting_ahead";
    tell(banner, words, { count: ahead });
  } else if (state === "person") {
    tell(banner, "chat.person_here", { person: name });
    setNewest(null);
  } else if (before !== "bot") {
    aside("chat.bot_again");
  }
  say($("who-answers"), state === "person" ? "chat.with_person" : "chat.with_bot", { person: name });
  sayAttribute(box, "placeholder", state === "person" ? "chat.write_to" : "chat.write", { person: name });
  $("person").hidden = state !== "bot";
  if (state === "bot") {
    clearTimeout(polling);
    polling = null;
  } else if (polling === null) {
    poll.in(POLL_MS);
  }
}

/** Writes a text if it is another one: what is written into a live region is read out. */
function tell(node, key, values) {
  if (node.textContent !== t(key, values)) {
    say(node, key, values);
  }
}

/** Takes in what people said meanwhile; one's own messages and the assistant's are on the page already. */
async function poll() {
  polling = null;
  const asked = session;
  let wait = document.hidden ? POLL_HIDDEN_MS : POLL_MS;
  try {
    const now = await call("GET", `${sessionPath(asked)}?after=${lastSeen}`);
    if (asked !== session) {
      return;
    }
    for (const message of now.messages) {
      lastSeen = Math.max(lastSeen, message.id);
      if (message.role === "person") {
        bubble("person", message.text, { at: message.at, name: now.person });
        notice();
      } else if (message.role === "system") {
        aside().textContent = message.text;
      }
    }
    setState(now.state, now.person, now.ahead);
  } catch (failure) {
    if (asked !== session) {
      return;
    }
    if (failure.status === 404) {
      startAfresh();
    } else {
      tell($("banner"), "chat.offline");
      wait = POLL_REFUSED_MS;
    }
  }
  if (state !== "bot" && polling === null) {
    poll.in(wait);
  }
}

poll.in = (ms) => (polling = setTimeout(poll, ms));

/** Who looks at another tab sees in this one's title that somebody has written. */
function notice() {
  if (document.hidden) {
    unread += 1;
    document.title = t("chat.unread", { count: unread });
  }
}

function startAfresh() {
  running?.abort();
  clearTimeout(polling);
  polling = null;
  session = null;
  lastSeen = 0;
  state = "bot";
  newest = null;
  memory.set(KEY, null);
  log.replaceChildren();
  setState("bot");
  $("welcome").hidden = false;
  $("newest").hidden = true;
  mydata.closeMenu();
  box.focus();
}

/** Shows an earlier message; returns what can be taken back, if it is the customer's. */
function showEarlier(message, exchange, isLast) {
  if (message.role === "system") {
    aside().textContent = message.text;
    return exchange;
  }
  const shown = bubble(message.role, message.text, { at: message.at });
  if (message.role === "customer") {
    return { text: message.text, question: shown, answer: null, questionId: message.id };
  }
  if (message.role === "assistant") {
    const sources = (message.sources ?? []).map((title, i) => ({ title, id: message.documents?.[i] }));
    const open = isLast && exchange && state === "bot" ? { ...exchange, answer: shown } : null;
    decorate(shown, message.id, message.text, sources, open);
  }
  return null;
}

async function restore() {
  if (!session) {
    return;
  }
  try {
    const before = await call("GET", sessionPath(session));
    state = before.state;
    let exchange = null;
    before.messages.forEach((message, i) => {
      lastSeen = Math.max(lastSeen, message.id);
      exchange = showEarlier(message, exchange, i === before.messages.length - 1);
    });
    if (exchange && state === "bot") {
      offerUndo(exchange);
    }
    setState(before.state, before.person, before.ahead);
    toEnd();
  } catch (failure) {
    if (failure.status === 404 || failure.status === 400) {
      startAfresh();
    } else {
      aside("chat.earlier");
    }
  }
}

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
box.addEventListener("input", () => fit(box));
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
});
$("stop").addEventListener("click", () => {
  running?.abort();
  box.focus();
});
for (const idea of document.querySelectorAll("#ideas button")) {
  idea.addEventListener("click", () => !running && ask(idea.textContent));
}
$("person").addEventListener("click", () => !running && ask(ASK_FOR_PERSON));
$("new").addEventListener("click", startAfresh);
document.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && running?.abort());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && unread) {
    unread = 0;
    document.title = t("chat.title");
  }
});

await useTexts("chat");
mydata.start({ session: () => session, stop: () => running?.abort(), startAfresh });
setState("bot");
restore();
