import { call, clock, el, memory } from "./common.js";

const LIST_MS = 2000;
const KEY = "demitasse.key";
const NAME = "demitasse.person";
const URGENCY = ["", "high", "emergency"];
const NAMES = { customer: "Customer", assistant: "Assistant", person: "You and colleagues", system: "Note" };
const REASONS = {
  asked: "asked for a person",
  complaint: "complaint",
  legal: "legal matter",
  fraud: "fraud",
  safety: "safety",
  self_harm: "self-harm",
  repeated_failure: "no answer found",
};

const $ = (id) => document.getElementById(id);
let key = sessionStorage.getItem(KEY) ?? "";
let current = null;
let shown = "";
let listed = "";

async function api(method, path, body) {
  try {
    return await call(method, path, body, key ? { Authorization: `Bearer ${key}` } : {});
  } catch (failure) {
    if ([401, 403].includes(failure.status) && !$("key-dialog").open) {
      $("key-dialog").showModal();
    }
    throw failure;
  }
}

function problem(text) {
  $("problem").textContent = text;
  $("problem").hidden = !text;
}

function tags(item) {
  const row = el("span", { class: "tags" });
  if (URGENCY[item.urgency]) {
    row.append(el("span", { class: `tag ${URGENCY[item.urgency]}` }, URGENCY[item.urgency]));
  }
  row.append(
    el("span", { class: `tag ${item.state}` }, item.state === "person" ? `with ${item.claimed_by}` : item.state),
    el("span", { class: "tag" }, REASONS[item.reason] ?? item.reason),
    el("span", { class: "tag" }, clock(item.created_at)),
  );
  return row;
}

function showList(items) {
  const print = JSON.stringify([items, current]);
  if (print === listed) {
    return;
  }
  listed = print;
  const waiting = items.filter((item) => item.state === "waiting").length;
  document.title = waiting ? `(${waiting}) Demitasse console` : "Demitasse console";
  $("count").textContent = items.length ? `(${items.length})` : "";
  $("empty").hidden = items.length > 0;
  const focused = document.activeElement?.dataset?.id;
  $("list").replaceChildren(
    ...items.map((item) => {
      const button = el("button", { type: "button", "aria-current": String(item.id === current) }, tags(item));
      button.dataset.id = item.id;
      button.append(el("span", { class: "what" }, item.summary || "(no summary)"));
      button.onclick = () => open(item.id);
      return el("li", {}, button);
    }),
  );
  if (focused) {
    $("list").querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  }
}

function showOne(item) {
  $("detail").hidden = false;
  $("title").replaceChildren(tags(item));
  $("summary").textContent = item.summary;
  const resolved = item.state === "resolved";
  const mine = item.state === "person" && item.claimed_by === $("person").value.trim();
  $("claim").hidden = item.state !== "waiting";
  $("resolve").hidden = !mine;
  $("form").hidden = !mine;
  const print = JSON.stringify([item.id, item.messages.length, item.state]);
  if (print === shown) {
    return;
  }
  shown = print;
  $("history").replaceChildren(
    ...item.messages.map((message) =>
      el(
        "article",
        { class: `bubble ${message.role}` },
        el("div", { class: "who" }, `${NAMES[message.role] ?? message.role} · ${clock(message.at)}`),
        el("div", { class: "words" }, message.text),
      ),
    ),
    ...(resolved ? [el("p", { class: "aside" }, "Resolved: the assistant has this conversation again.")] : []),
  );
  $("history").scrollTop = $("history").scrollHeight;
}

async function open(id) {
  if (id !== current) {
    $("text").value = "";
  }
  current = id;
  problem("");
  await refresh();
}

async function refresh() {
  const list = await api("GET", "/v1/handoffs");
  showList(list.data);
  if (current) {
    await refreshOne(current);
  }
}

async function refreshOne(asked) {
  try {
    const item = await api("GET", `/v1/handoffs/${encodeURIComponent(asked)}`);
    if (asked === current) {
      showOne(item);
    }
  } catch (failure) {
    if (failure.status !== 404) {
      throw failure;
    }
    // The customer has erased the conversation.
    current = null;
    $("detail").hidden = true;
  }
}

async function act(action, body) {
  try {
    problem("");
    showOne(await api("POST", `/v1/handoffs/${encodeURIComponent(current)}/${action}`, body));
    await refresh();
    return true;
  } catch (failure) {
    problem(failure.message);
    return false;
  }
}

function person() {
  const name = $("person").value.trim();
  if (!name) {
    problem("Please enter your name first (top right): the customer sees it.");
    $("person").focus();
  }
  return name;
}

$("person").value = memory.get(NAME) ?? "";
$("person").addEventListener("change", () => memory.set(NAME, $("person").value.trim()));
$("claim").addEventListener("click", async () => {
  const name = person();
  if (name && (await act("claim", { person: name }))) {
    $("text").focus();
  }
});
$("resolve").addEventListener("click", () => act("resolve", {}));
$("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  const name = person();
  if (text && name && (await act("reply", { person: name, text }))) {
    $("text").value = "";
    $("text").focus();
  }
});
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    $("form").requestSubmit();
  }
});
$("key-dialog").addEventListener("close", () => {
  key = $("key").value.trim();
  sessionStorage.setItem(KEY, key);
});

(async function watch() {
  try {
    await refresh();
  } catch {
    // Shown where somebody acts; here the next round may go through.
  }
  setTimeout(watch, LIST_MS);
})();
