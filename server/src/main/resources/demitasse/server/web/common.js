// What all pages share. Text from people, models and documents reaches the page through textContent only.
import { has, say, sayAttribute, t } from "./i18n.js";

export { memory } from "./memory.js";

export const $ = (id) => document.getElementById(id);

/**
 * An element with properties (class, hidden, onclick …), attributes (aria-*, data-*, role, for) and children. "t" is the
 * key of its text, "t-aria-label", "t-placeholder" and "t-title" those of attributes, "values" what is filled in.
 */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  const values = properties.values ?? {};
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") {
      node.className = value;
    } else if (name === "t") {
      say(node, value, values);
    } else if (name.startsWith("t-")) {
      sayAttribute(node, name.slice(2), value, values);
    } else if (name.includes("-") || name === "role" || name === "for") {
      node.setAttribute(name, value);
    } else if (name !== "values") {
      node[name] = value;
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";
const DRAWINGS = {
  lock: "M5 9V6a5 5 0 0 1 10 0v3M4 9h12v9H4z",
  up: "M3 9h3v8H3zM6 9l4-7c2 0 2 2 1 5h5c2 0 1 10-2 10H6z",
  down: "M3 3h3v8H3zM6 11l4 7c2 0 2-2 1-5h5c2 0 1-10-2-10H6z",
  copy: "M7 6V3h10v11h-3M3 6h11v11H3z",
  check: "M3 11l5 5 9-12",
  retry: "M16 6a7 7 0 1 0 1 5M17 2v5h-5",
  undo: "M8 4 3 9l5 5M3 9h9a5 5 0 0 1 0 9h-2",
  back: "M12 3 5 10l7 7",
  plus: "M10 3v14M3 10h14",
  pencil: "M4 16l1-4L14 3l3 3-9 9zM12 5l3 3",
  bin: "M3 5h14M8 5V3h4v2M5 5l1 13h8l1-13M8 9v5M12 9v5",
};

/** A small drawing beside words that say the same, or in a button that has a label. */
export function icon(name) {
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", DRAWINGS[name]);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}

/** A button that shows a drawing and has its words as label and tooltip. */
export function iconButton(drawing, key, onclick) {
  return el("button", { type: "button", class: "icon-button", "t-aria-label": key, "t-title": key, onclick }, icon(drawing));
}

/** What went wrong; see {@link sayFailure} for the words. */
export class Failure extends Error {
  /** @param status of HTTP; 0: the server was not reached */
  constructor(status, code = "", said = "") {
    super(said || `status ${status}`);
    this.status = status;
    this.code = code;
    this.said = said;
  }
}

async function failureOf(response) {
  try {
    const { code, message } = (await response.json()).error;
    return new Failure(response.status, code ?? "", message);
  } catch {
    // Not one of our answers; the status has to do.
    return new Failure(response.status);
  }
}

/** Writes what went wrong into a node, in words for the reader. */
export function sayFailure(node, failure) {
  const key = [failure.code, failure.status || "offline"].map((part) => `error.${part}`).find(has);
  if (failure instanceof Failure && !key && failure.said) {
    node.textContent = failure.said;
  } else if (failure instanceof Failure) {
    say(node, key ?? "error.status", { status: failure.status });
  } else {
    say(node, "error.offline");
  }
  return node;
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (problem) {
    throw problem.name === "AbortError" ? problem : new Failure(0);
  }
  if (!response.ok) {
    throw await failureOf(response);
  }
  return response;
}

/** A request with a JSON answer (or none; a Blob if it is of another type). The body is sent as JSON, a form as a form. */
export async function call(method, path, body, headers = {}) {
  const ready = body === undefined || body instanceof FormData;
  const response = await request(path, {
    method,
    headers: ready ? headers : { "Content-Type": "application/json", ...headers },
    body: ready ? body : JSON.stringify(body),
  });
  const json = response.headers.get("Content-Type")?.startsWith("application/json;");
  return response.status === 204 ? null : json ? response.json() : response.blob();
}

const API_KEY = "demitasse.key";
let apiKey = sessionStorage.getItem(API_KEY) ?? "";
let asking = null;
let refused = false;

/**
 * As {@link call}, for pages of people who need a key: asks for one where the server does, and tries again.
 *
 * @param background do not ask again if the reader has put the question away
 */
export async function callWithKey(method, path, body, { background = false } = {}) {
  for (;;) {
    const used = apiKey;
    try {
      return await call(method, path, body, used ? { Authorization: `Bearer ${used}` } : {});
    } catch (failure) {
      const wrongKey = failure.status === 401 || (failure.status === 403 && used !== "");
      if (!wrongKey || (background && refused && !asking)) {
        throw failure;
      }
      // Another request may have asked meanwhile.
      if (used === apiKey && !(await askForKey(used !== ""))) {
        throw failure;
      }
    }
  }
}

/** @param wrong there was a key, and it was not accepted. @return whether there is a new one */
function askForKey(wrong) {
  asking ??= new Promise((answered) => {
    const input = el("input", { type: "password", id: "key", autocomplete: "off", required: true });
    const dialog = el(
      "dialog",
      { id: "key-dialog", "aria-labelledby": "key-title" },
      el(
        "form",
        { method: "dialog" },
        el("h2", { id: "key-title", t: "key.title" }),
        el("label", { for: "key", t: "key.label" }),
        wrong ? el("p", { class: "problem", role: "alert", t: "key.wrong" }) : null,
        input,
        el("div", { class: "row" }, el("button", { class: "primary", value: "ok", t: "key.continue" })),
      ),
    );
    dialog.onclose = () => {
      refused = dialog.returnValue !== "ok" || !input.value.trim();
      if (!refused) {
        apiKey = input.value.trim();
        sessionStorage.setItem(API_KEY, apiKey);
      }
      dialog.remove();
      asking = null;
      answered(!refused);
    };
    document.body.append(dialog);
    dialog.showModal();
  });
  return asking;
}

/** Posts and yields server-sent events as {event, data} while they come. */
export async function* stream(path, body, signal) {
  const response = await request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify(body),
    signal,
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const event = parse(block);
      if (event) {
        yield event;
      }
    }
  }
}

function parse(block) {
  let event = "message";
  const data = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event: ")) {
      event = line.slice(7);
    } else if (line.startsWith("data: ")) {
      data.push(line.slice(6));
    }
  }
  return data.length ? { event, data: JSON.parse(data.join("\n")) } : null;
}

/** Puts a text into the clipboard; browsers have the modern way on https and localhost only. */
export async function copyText(text) {
  if (navigator.clipboard && isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = el("textarea", { value: text, class: "only-read", "aria-hidden": "true" });
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** Tells who cannot see the page, through the page's element "announcer" (a live region). */
export function announce(key, values) {
  $("announcer").textContent = t(key, values);
}

/** Grows a text field with its text. */
export function fit(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}
