import { $, callWithKey, el, fit, icon, memory, sayFailure } from "./common.js";
import * as helpdesk from "./helpdesk.js";
import { isOver, masked, showHistory } from "./history.js";
import { moment, say, t, useTexts } from "./i18n.js";
import { isMine, reasonOf, showList, startQueue, stateTag, summaryOf, tellNews, urgencyTag } from "./queue.js";
import * as writing from "./writing.js";

const POLL_MS = 2000;
const POLL_HIDDEN_MS = 6000;
const POLL_REFUSED_MS = 8000;
const NAME = "demitasse.person";
const NO_KEY = "error.401";

let items = [];
let current = null;
let item = null;
let polling = null;

const name = () => $("person").value.trim();
const handoffPath = (id) => `/v1/handoffs/${encodeURIComponent(id)}`;

function problem(failure) {
  $("problem").hidden = !failure;
  if (typeof failure === "string") {
    say($("problem"), failure);
  } else if (failure) {
    sayFailure($("problem"), failure);
  }
}

function showOne(one) {
  const isOther = item?.id !== one.id;
  const lastQuestion = (list) => list?.messages.findLast((m) => m.role === "customer")?.id;
  const isAsked = isOther || lastQuestion(item) !== lastQuestion(one);
  item = one;
  const mine = isMine(one);
  $("detail").hidden = false;
  $("help").hidden = false;
  $("nothing").hidden = true;
  $("desk").classList.add("open");
  const wishes = one.preferences ?? {};
  if (wishes.name) {
    delete $("title").dataset.t;
    $("title").textContent = wishes.name;
  } else {
    say($("title"), "console.customer");
  }
  const tags = [urgencyTag(one), el("span", { class: "tag" }, reasonOf(one)), stateTag(one)];
  tags.push(el("span", { class: "tag" }, el("span", {}, moment(one.created_at, "full"))));
  if (wishes.language) {
    tags.push(el("span", { class: "tag", t: "console.language", values: { language: wishes.language } }));
  }
  $("tags").replaceChildren(...tags.filter(Boolean));
  $("summary").replaceChildren(...masked(summaryOf(one)));
  $("claim").hidden = one.state !== "waiting";
  $("return").hidden = !mine && one.state !== "waiting";
  $("resolve").hidden = !mine;
  $("release").hidden = one.state !== "person";
  $("form").hidden = !mine;
  fit($("text"));
  showHistory(one, isOther);
  helpdesk.update();
  if (isAsked) {
    helpdesk.suggestFor(one.id);
  }
}

/** @param byHand the reader chose it: the keyboard goes along */
async function open(id, byHand = false) {
  if (id !== current) {
    writing.keep(current);
    current = id;
    writing.load(id);
    helpdesk.loadReplies();
  }
  problem(null);
  await refresh();
  if (byHand && item?.id === id) {
    ($("form").hidden ? $("title") : $("text")).focus();
  }
}

function close() {
  writing.keep(current);
  const before = current;
  current = null;
  item = null;
  for (const part of ["detail", "help"]) {
    $(part).hidden = true;
  }
  $("nothing").hidden = false;
  $("desk").classList.remove("open");
  writing.showHelp(false);
  showList(items);
  ($("list").querySelector(`[data-id="${CSS.escape(before ?? "")}"]`) ?? $("queue")).focus();
}

async function refresh(background = false) {
  const list = await callWithKey("GET", "/v1/handoffs", undefined, { background });
  items = list.data;
  if (list.person) {
    $("person").value = list.person;
    $("person").readOnly = true;
  }
  tellNews(items);
  showList(items);
  if (current && !(item && item.id === current && isOver(item))) {
    await refreshOne(current, background);
  }
}

async function refreshOne(asked, background) {
  try {
    const one = await callWithKey("GET", handoffPath(asked), undefined, { background });
    if (asked === current) {
      showOne(one);
    }
  } catch (failure) {
    if (failure.status !== 404) {
      throw failure;
    }
    if (asked === current) {
      writing.clear(asked);
      close();
      banner("console.gone");
    }
  }
}

async function act(action, body = {}) {
  const id = current;
  try {
    problem(null);
    const one = await callWithKey("POST", `${handoffPath(id)}/${action}`, body);
    if (id === current) {
      showOne(one);
    }
    await refresh();
    return true;
  } catch (failure) {
    problem(failure);
    return false;
  }
}

function hasName() {
  if (!name()) {
    banner("console.name_first");
    $("person").focus();
  }
  return name() !== "";
}

function banner(key) {
  $("banner").hidden = !key;
  $("key-again").hidden = key !== NO_KEY;
  if (key && $("banner-text").textContent !== t(key)) {
    say($("banner-text"), key);
  }
}

async function claim() {
  if (hasName() && (await act("claim", { person: name() }))) {
    $("text").focus();
  }
}

async function takeNext() {
  const next = items.find((one) => one.state === "waiting");
  if (next && hasName()) {
    await open(next.id);
    await claim();
  }
}

async function reply() {
  const text = $("text").value.trim();
  if (!text || !hasName()) {
    return;
  }
  $("send").disabled = true;
  if (await act("reply", { person: name(), text })) {
    writing.clear(current);
  }
  $("send").disabled = false;
  $("text").focus();
}

/** Ends it, one way or the other: the next one is a key away. */
async function finish(action) {
  if (await act(action)) {
    ($("next").disabled ? $("queue") : $("next")).focus();
  }
}

/** @param background do not ask for a key again that the reader did not give */
async function watch(background = true) {
  clearTimeout(polling);
  let wait = document.hidden ? POLL_HIDDEN_MS : POLL_MS;
  try {
    await refresh(background);
    if (["console.offline", NO_KEY].includes($("banner-text").dataset.t)) {
      banner(null);
    }
  } catch (failure) {
    wait = POLL_REFUSED_MS;
    banner(failure.status === 401 || failure.status === 403 ? NO_KEY : "console.offline");
  }
  polling = setTimeout(() => watch(), wait);
}

$("back").append(icon("back"));
// Where there are keys, the server knows the name better: see refresh().
$("person").value = memory.get(NAME) ?? "";
$("person").addEventListener("change", () => {
  memory.set(NAME, name() || null);
  banner(null);
  watch();
});
$("back").addEventListener("click", close);
$("next").addEventListener("click", takeNext);
$("key-again").addEventListener("click", () => watch(false));
$("claim").addEventListener("click", claim);
$("resolve").addEventListener("click", () => finish("resolve"));
$("return").addEventListener("click", () => finish("return"));
$("release").addEventListener("click", () => finish("release"));
$("form").addEventListener("submit", (event) => {
  event.preventDefault();
  reply();
});
document.addEventListener("language", () => {
  showList(items);
  if (item) {
    showOne(item);
  }
});

await useTexts("console");
startQueue({ name, current: () => current, open: (id) => open(id, true) });
helpdesk.start({
  insert: writing.insert,
  name,
  customer: () => item?.preferences?.name ?? "",
  canInsert: () => item !== null && isMine(item),
  focus: () => $("text").focus(),
});
helpdesk.loadReplies();
watch();
