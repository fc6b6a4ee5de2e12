// What both pages share. Text from people, models and documents reaches the page through textContent only.

/** An element with properties (class, hidden, onclick …), attributes (aria-*, role) and children. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") {
      node.className = value;
    } else if (name.includes("-") || name === "role") {
      node.setAttribute(name, value);
    } else {
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
};

/** A small drawing beside words that say the same. */
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

/** What went wrong, in words for the reader. */
export class Failure extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function failureOf(response) {
  let said = "";
  try {
    said = (await response.json()).error.message;
  } catch {
    // Not one of our answers; the status has to do.
  }
  const words = {
    413: "That message is too long. Please make it shorter.",
    429: "Many people are asking just now. Please try again in a few seconds.",
    503: "The service is not ready. Please try again in a moment.",
  };
  return new Failure(response.status, words[response.status] ?? (said || `The server answered ${response.status}.`));
}

/** A request with a JSON answer (or none). */
export async function call(method, path, body, headers = {}) {
  const response = await fetch(path, {
    method,
    headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) {
    throw await failureOf(response);
  }
  return response.status === 204 ? null : response.json();
}

/** Posts and yields server-sent events as {event, data} while they come. */
export async function* stream(path, body, signal) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) {
    throw await failureOf(response);
  }
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

export function clock(iso) {
  return new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** Storage that a browser may refuse. */
export const memory = {
  get(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      if (value === null) {
        localStorage.removeItem(key);
      } else {
        localStorage.setItem(key, value);
      }
    } catch {
      // The page works without; it only forgets.
    }
  },
};
