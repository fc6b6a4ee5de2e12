// What the parts of the chat page know of the conversation.
import { memory } from "./memory.js";

const KEY = "demitasse.session";

export const talk = {
  /** Its id; null before the first message. */
  session: memory.get(KEY),
  /** bot, waiting or person. */
  state: "bot",
  /** The person's name, if one has the conversation. */
  person: "",
  /** The newest message that is on the page. */
  lastSeen: 0,
  /** Stops the answer that is under way; null if none is. */
  running: null,
};

export function begin() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  talk.session = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  memory.set(KEY, talk.session);
}

export function forget() {
  talk.running?.abort();
  Object.assign(talk, { session: null, state: "bot", lastSeen: 0 });
  memory.set(KEY, null);
}

/** @param ids of messages; those that are not known are left out */
export function seen(...ids) {
  talk.lastSeen = Math.max(talk.lastSeen, ...ids.filter(Number.isInteger));
}
