// Who answers: the assistant, nobody yet, or a person, whose words come while the reader looks on.
import { sessionPath } from "./answers.js";
import { $, call } from "./common.js";
import { say, sayAttribute, t } from "./i18n.js";
import { aside, bubble } from "./log.js";
import { keepAll } from "./takeback.js";
import { seen, talk } from "./talk.js";

const POLL_MS = 1500;
const POLL_HIDDEN_MS = 6000;
const POLL_REFUSED_MS = 8000;

/** The chat: startAfresh() forgets all. */
let chat = null;
let polling = null;
let unread = 0;

export function start(page) {
  chat = page;
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && unread) {
      unread = 0;
      document.title = t("chat.title");
    }
  });
}

export function setState(next, who = talk.person, ahead = undefined) {
  const before = talk.state;
  talk.state = next;
  talk.person = next === "person" ? who || talk.person : "";
  const name = () => talk.person || t("chat.somebody");
  const banner = $("banner");
  banner.hidden = talk.state === "bot";
  banner.className = `banner ${talk.state}`;
  if (talk.state === "waiting") {
    const words = ahead === undefined ? "chat.waiting" : ahead === 0 ? "chat.waiting_next" : "chat.waiting_ahead";
    tell(banner, words, { count: ahead });
  } else if (talk.state === "person") {
    tell(banner, "chat.person_here", { person: name });
    keepAll();
  } else if (before !== "bot") {
    aside("chat.bot_again");
  }
  say($("who-answers"), talk.state === "person" ? "chat.with_person" : "chat.with_bot", { person: name });
  sayAttribute($("message"), "placeholder", talk.state === "person" ? "chat.write_to" : "chat.write", { person: name });
  $("person").hidden = talk.state !== "bot";
  if (talk.state === "bot") {
    clearTimeout(polling);
    polling = null;
  } else if (polling === null) {
    pollIn(POLL_MS);
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
  const asked = talk.session;
  let wait = document.hidden ? POLL_HIDDEN_MS : POLL_MS;
  try {
    const now = await call("GET", `${sessionPath(asked)}?after=${talk.lastSeen}`);
    if (asked !== talk.session) {
      return;
    }
    for (const message of now.messages) {
      seen(message.id);
      if (message.role === "person") {
        bubble("person", message.text, { at: message.at, name: now.person });
        notice();
      } else if (message.role === "system") {
        aside().textContent = message.text;
      }
    }
    setState(now.state, now.person, now.ahead);
  } catch (failure) {
    if (asked !== talk.session) {
      return;
    }
    if (failure.status === 404) {
      chat.startAfresh();
    } else {
      tell($("banner"), "chat.offline");
      wait = POLL_REFUSED_MS;
    }
  }
  if (talk.state !== "bot" && polling === null) {
    pollIn(wait);
  }
}

const pollIn = (ms) => (polling = setTimeout(poll, ms));

/** Who looks at another tab sees in this one's title that somebody has written. */
function notice() {
  if (document.hidden) {
    unread += 1;
    document.title = t("chat.unread", { count: unread });
  }
}
