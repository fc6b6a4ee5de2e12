import { call, el, icon, memory, stream } from "./common.js";

const KEY = "demitasse.session";
const POLL_MS = 1500;
const MASKED = {
  email: "an email address",
  phone: "a phone number",
  credit_card: "a card number",
  iban: "a bank account",
  ssn: "an identity number",
  ip: "a network address",
  name: "a name",
  address: "an address",
  date_of_birth: "a date of birth",
};

const $ = (id) => document.getElementById(id);
const log = $("log");
const box = $("message");

let session = memory.get(KEY);
let state = "bot";
let lastSeen = 0;
let running = null;
let polling = null;

function newSession() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  session = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  memory.set(KEY, session);
}

function scrollDown() {
  const scroller = $("scroller");
  scroller.scrollTop = scroller.scrollHeight;
}

const NAMES = { customer: "You", assistant: "Assistant", person: "Customer service" };

function bubble(role, text) {
  const words = el("div", { class: "words" }, text);
  const node = el("article", { class: `bubble ${role}` }, el("div", { class: "who" }, NAMES[role] ?? role), words);
  $("welcome").hidden = true;
  log.append(node);
  scrollDown();
  return { node, words };
}

function aside(text) {
  log.append(el("p", { class: "aside" }, text));
  scrollDown();
}

function sourceList(sources) {
  const items = sources.map((source) =>
    el(
      "details",
      {},
      el("summary", {}, source.title || source.id, " ", source.source ? el("span", { class: "tag" }, source.source) : null),
      el("blockquote", {}, source.excerpt),
    ),
  );
  return el("section", { class: "sources", "aria-label": "Sources" }, el("h2", {}, "Sources"), ...items);
}

function verdict() {
  const row = el("div", { class: "verdict", role: "group", "aria-label": "Was this helpful?" });
  const button = (drawing, label, helpful) => {
    const node = el("button", { type: "button", "aria-pressed": "false" }, icon(drawing), label);
    node.onclick = async () => {
      try {
        await call("POST", "/v1/feedback", { session, helpful });
        for (const other of row.querySelectorAll("button")) {
          other.setAttribute("aria-pressed", String(other === node));
        }
      } catch (failure) {
        aside(failure.message);
      }
    };
    return node;
  };
  row.append(button("up", "Helpful", true), button("down", "Not helpful", false));
  return row;
}

function maskedNote(types) {
  const what = [...new Set(types.map((type) => MASKED[type.toLowerCase()] ?? "personal data"))].join(", ");
  const words = `For your privacy we masked ${what} before storing this message.`;
  return el("p", { class: "note privacy" }, icon("lock"), words);
}

function setState(next, person) {
  const changed = next !== state;
  state = next;
  const banner = $("banner");
  banner.hidden = state === "bot";
  $("who-answers").textContent = state === "person" ? "You are talking to a person" : "Customer service assistant";
  if (state === "waiting") {
    banner.textContent = "A person will take over. You can keep writing; they will see everything.";
  } else if (state === "person") {
    banner.textContent = `${person || "A person"} is with you now.`;
  } else if (changed) {
    aside("The conversation is with the assistant again.");
  }
  if (state === "bot") {
    clearTimeout(polling);
    polling = null;
  } else if (polling === null) {
    polling = setTimeout(poll, POLL_MS);
  }
}

/** Takes in what people said meanwhile; one's own messages and the assistant's are on the page already. */
async function poll() {
  polling = null;
  const asked = session;
  try {
    const now = await call("GET", `/v1/sessions/${encodeURIComponent(asked)}?after=${lastSeen}`);
    if (asked !== session) {
      return;
    }
    for (const message of now.messages) {
      lastSeen = Math.max(lastSeen, message.id);
      if (message.role === "person") {
        bubble("person", message.text);
      } else if (message.role === "system") {
        aside(message.text);
      }
    }
    setState(now.state, now.person);
  } catch {
    // The next poll may go through.
  }
  if (state !== "bot" && polling === null) {
    polling = setTimeout(poll, POLL_MS);
  }
}

function finish(reply, question, answer) {
  answer.words.textContent = reply.answer;
  if (reply.sources.length) {
    answer.node.append(sourceList(reply.sources));
  }
  if (reply.masked.length) {
    question.node.append(maskedNote(reply.masked));
  }
  if (reply.sources.length || !reply.escalated) {
    answer.node.append(verdict());
  }
  if (!reply.escalated) {
    setState("bot");
  } else if (state !== "person") {
    setState("waiting");
  }
  scrollDown();
}

async function ask(text) {
  if (!session) {
    newSession();
  }
  const question = bubble("customer", text);
  const answer = bubble("assistant", "");
  answer.words.classList.add("dots");
  log.setAttribute("aria-busy", "true");
  running = new AbortController();
  busy(true);
  try {
    let done = false;
    for await (const { event, data } of stream("/v1/assist", { session, message: text }, running.signal)) {
      if (event === "token") {
        answer.words.classList.remove("dots");
        answer.words.append(data.text);
        scrollDown();
      } else if (event === "done") {
        done = true;
        finish(data, question, answer);
      } else if (event === "error") {
        throw new Error(data.error.message);
      }
    }
    if (!done) {
      throw new Error("The connection was lost.");
    }
  } catch (failure) {
    failed(failure, text, answer);
  } finally {
    answer.words.classList.remove("dots");
    log.setAttribute("aria-busy", "false");
    running = null;
    busy(false);
  }
}

function failed(failure, text, answer) {
  if (failure.name === "AbortError") {
    answer.node.append(el("p", { class: "note" }, "Stopped."));
    return;
  }
  answer.node.classList.add("failed");
  const again = el("button", { type: "button" }, "Try again");
  again.onclick = () => {
    answer.node.remove();
    ask(text);
  };
  const words = failure instanceof TypeError ? "The server cannot be reached." : failure.message;
  answer.node.append(el("p", { class: "note", role: "alert" }, words), again);
}

function busy(on) {
  $("send").hidden = on;
  $("stop").hidden = !on;
  if (!on) {
    box.focus();
  }
}

function send() {
  const text = box.value.trim();
  if (text && !running) {
    box.value = "";
    fit();
    ask(text);
  }
}

function fit() {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
}

function startAfresh() {
  running?.abort();
  clearTimeout(polling);
  polling = null;
  session = null;
  lastSeen = 0;
  state = "bot";
  memory.set(KEY, null);
  log.replaceChildren();
  $("banner").hidden = true;
  $("who-answers").textContent = "Customer service assistant";
  $("welcome").hidden = false;
  $("menu").open = false;
  box.focus();
}

async function restore() {
  if (!session) {
    return;
  }
  try {
    const before = await call("GET", `/v1/sessions/${encodeURIComponent(session)}`);
    for (const message of before.messages) {
      lastSeen = Math.max(lastSeen, message.id);
      if (message.role === "system") {
        aside(message.text);
      } else {
        bubble(message.role, message.text);
      }
    }
    setState(before.state, before.person);
  } catch (failure) {
    if (failure.status === 404 || failure.status === 400) {
      startAfresh();
    } else {
      aside("Your earlier messages cannot be shown just now.");
    }
  }
}

$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
box.addEventListener("input", fit);
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    send();
  }
});
$("stop").addEventListener("click", () => running?.abort());
for (const idea of document.querySelectorAll(".ideas button")) {
  idea.addEventListener("click", () => !running && ask(idea.textContent));
}
$("new").addEventListener("click", startAfresh);
$("export").addEventListener("click", () => {
  $("menu").open = false;
  if (session) {
    location.assign(`/v1/sessions/${encodeURIComponent(session)}/export`);
  } else {
    aside("There is nothing to export yet.");
  }
});
$("erase").addEventListener("click", () => {
  $("menu").open = false;
  $("confirm").returnValue = "";
  $("confirm").showModal();
});
$("confirm").addEventListener("close", async () => {
  if ($("confirm").returnValue !== "yes") {
    return;
  }
  try {
    if (session) {
      await call("DELETE", `/v1/sessions/${encodeURIComponent(session)}`);
    }
  } catch (failure) {
    if (failure.status !== 404) {
      aside(failure.message);
      return;
    }
  }
  startAfresh();
  aside("Your conversation has been erased.");
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    $("menu").open = false;
    running?.abort();
  }
});

restore();
