// Taking a message back, with its answer; asking again.
import { sessionPath } from "./answers.js";
import { $, announce, call, el, fit, icon, iconButton, sayFailure } from "./common.js";
import { aside } from "./log.js";
import { talk } from "./talk.js";

/** The chat: ask(text) asks. */
let chat = null;

export const start = (page) => (chat = page);

/** Only the newest exchange can be taken back, and only while nobody else reads along. */
export function keepAll() {
  $("log").querySelectorAll(".newest-only").forEach((node) => node.remove());
}

export function offerUndo(exchange) {
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
  const box = $("message");
  if (!box.value) {
    box.value = exchange.text;
    fit(box);
  }
  box.focus();
  announce("chat.undone");
}

/** Removes an exchange here and on the server. */
async function takeBack(exchange) {
  talk.running?.abort();
  const id = exchange.questionId ?? (await learnId());
  if (id) {
    await call("DELETE", `${sessionPath(talk.session)}/messages/${id}`).catch((failure) => {
      if (failure.status !== 404) {
        throw failure;
      }
    });
  }
  exchange.question.node.remove();
  exchange.answer?.node.remove();
  $("welcome").hidden = $("log").querySelector(".bubble") !== null;
}

/** The id of a question whose answer has not come: the server may have stored it all the same. */
async function learnId() {
  try {
    const now = await call("GET", `${sessionPath(talk.session)}?after=${talk.lastSeen}`);
    return now.messages.find((message) => message.role === "customer")?.id;
  } catch (failure) {
    if (failure.status === 404) {
      return undefined;
    }
    throw failure;
  }
}

export async function again(exchange) {
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
  chat.ask(exchange.text);
}

export function againButton(exchange) {
  const button = el("button", { type: "button", class: "small", onclick: () => again(exchange) }, icon("retry"));
  button.append(el("span", { t: "retry" }));
  return button;
}
