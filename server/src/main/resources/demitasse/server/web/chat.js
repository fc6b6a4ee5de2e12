import { actions, maskedNote, sessionPath, sourceList } from "./answers.js";
import { $, announce, call, el, Failure, fit, icon, iconButton, sayFailure, stream } from "./common.js";
import * as handover from "./handover.js";
import { say, useTexts } from "./i18n.js";
import { aside, bubble, show, toEnd } from "./log.js";
import * as mydata from "./mydata.js";
import * as takeback from "./takeback.js";
import { begin, forget, seen, talk } from "./talk.js";

/** What the assistant understands whatever language the page is in. */
const ASK_FOR_PERSON = "I want to talk to a person";

const log = $("log");
const box = $("message");

function finish(reply, exchange) {
  const { question, answer } = exchange;
  exchange.questionId = reply.question_id;
  seen(reply.question_id, reply.message_id);
  if (reply.masked.length) {
    question.node.append(maskedNote(reply.masked, reply.stored));
  }
  if (reply.escalated && !reply.message_id && talk.state === "person") {
    // A receipt, no part of the talk with a person.
    answer.node.remove();
    question.node.append(el("p", { class: "note" }, icon("check"), el("span", { t: "chat.passed_on" })));
  } else {
    answer.words.textContent = reply.answer;
    answer.words.lang = reply.lang;
    decorate(answer, reply.message_id, reply.answer, reply.sources, reply.escalated ? null : exchange);
  }
  handover.setState(reply.escalated ? (talk.state === "person" ? "person" : "waiting") : "bot");
}

/**
 * @param exchange what can be taken back; null if nothing can
 * @param helpful what the customer has said of it before
 */
function decorate(answer, id, text, sources, exchange, helpful) {
  if (sources.length) {
    answer.node.append(sourceList(talk.session, sources, text));
  }
  const regenerate = exchange ? [iconButton("retry", "chat.regenerate", () => takeback.again(exchange))] : [];
  regenerate.forEach((button) => button.classList.add("newest-only"));
  answer.node.append(...actions(talk.session, id, text, regenerate, helpful));
  if (exchange) {
    takeback.offerUndo(exchange);
  }
}

async function ask(text) {
  if (!talk.session) {
    begin();
  }
  const question = bubble("customer", text);
  const answer = bubble("assistant", "");
  const exchange = { text, question, answer };
  takeback.keepAll();
  toEnd();
  answer.words.classList.add("dots");
  log.setAttribute("aria-busy", "true");
  announce("chat.thinking");
  const abort = new AbortController();
  talk.running = abort;
  busy(true);
  try {
    await receive(text, exchange, abort.signal);
  } catch (failure) {
    show(() => failed(failure, exchange));
  } finally {
    answer.words.classList.remove("dots");
    log.setAttribute("aria-busy", "false");
    if (talk.running === abort) {
      talk.running = null;
      busy(false);
    }
  }
}

async function receive(text, exchange, signal) {
  for await (const { event, data } of stream("/v1/assist", { session: talk.session, message: text }, signal)) {
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
  node.append(stopped ? say(note, "chat.stopped") : sayFailure(note, failure), takeback.againButton(exchange));
  takeback.offerUndo(exchange);
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
  if (text && !talk.running) {
    box.value = "";
    fit(box);
    ask(text);
  }
}

function startAfresh() {
  forget();
  log.replaceChildren();
  handover.setState("bot");
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
    const open = isLast && exchange && talk.state === "bot" ? { ...exchange, answer: shown } : null;
    decorate(shown, message.id, message.text, sources, open, message.helpful);
  }
  return null;
}

async function restore() {
  if (!talk.session) {
    return;
  }
  try {
    const before = await call("GET", sessionPath(talk.session));
    talk.state = before.state;
    let exchange = null;
    before.messages.forEach((message, i) => {
      seen(message.id);
      exchange = showEarlier(message, exchange, i === before.messages.length - 1);
    });
    if (exchange && talk.state === "bot") {
      takeback.offerUndo(exchange);
    }
    handover.setState(before.state, before.person, before.ahead);
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
  talk.running?.abort();
  box.focus();
});
for (const idea of document.querySelectorAll("#ideas button")) {
  idea.addEventListener("click", () => !talk.running && ask(idea.textContent));
}
$("person").addEventListener("click", () => !talk.running && ask(ASK_FOR_PERSON));
$("new").addEventListener("click", startAfresh);
document.addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && talk.running?.abort());

await useTexts("chat");
handover.start({ startAfresh });
takeback.start({ ask });
mydata.start({ session: () => talk.session, stop: () => talk.running?.abort(), startAfresh });
handover.setState("bot");
restore();
