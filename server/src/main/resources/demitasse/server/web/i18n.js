// Texts in the reader's language. texts.LANGUAGE.json has those of all pages; each page adds files of its own:
//
//   import { say, t, useTexts } from "./i18n.js";
//   await useTexts("kb");                                  // kb.en.json or kb.de.json
//   <h1 data-t="kb.title"></h1>                            // text in HTML
//   <input data-t-aria-label="kb.find">                    // also data-t-placeholder, data-t-title
//   say(node, "kb.found", { count: 3 });                   // text of a node, with values
//   el("p", { t: "kb.found", values: { count: 3 } });      // the same, in common.js
//   t("kb.found", { count: 3 })                            // just the text: it does not follow the switch
//
// A text may have {placeholders}. With a {count} it may come in forms: "kb.found.one", "kb.found.other".
// What is marked (data-t, say, moment) is written anew when the reader chooses another language.
import { memory } from "./memory.js";

const LANGUAGES = { en: "English", de: "Deutsch" };
const KEY = "demitasse.language";
const ATTRIBUTES = ["aria-label", "placeholder", "title"];
const MARKED = ["[data-t]", "time[data-t-time]", ...ATTRIBUTES.map((name) => `[data-t-${name}]`)].join();
const MAX_PAUSE_MS = 4000;
const VALUES = Symbol("values");
const TIMES = {
  clock: { hour: "2-digit", minute: "2-digit" },
  full: { dateStyle: "medium", timeStyle: "short" },
};

let language = choose([memory.get(KEY), ...(navigator.languages ?? [navigator.language])]);
let files = ["texts"];
let texts = {};

function choose(wanted) {
  const known = wanted.map((tag) => (tag ?? "").split("-")[0].toLowerCase()).filter((tag) => Object.hasOwn(LANGUAGES, tag));
  return known[0] ?? "en";
}

/** The language in use, as "en". */
export function currentLanguage() {
  return language;
}

/** Without its texts a page says nothing: a busy server is asked again, more and more rarely. */
async function read(path) {
  for (let pause = 250; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
    try {
      const response = await fetch(path);
      if (response.ok) {
        return await response.json();
      }
      if (response.status === 404) {
        return {};
      }
    } catch {
      // Not reached; as if it were busy.
    }
    await new Promise((done) => setTimeout(done, pause));
  }
}

async function load(wanted) {
  language = wanted;
  const parts = await Promise.all(files.map((file) => read(`/assets/${file}.${wanted}.json`)));
  if (wanted === language) {
    texts = Object.assign({}, ...parts);
    document.documentElement.lang = language;
    translate(document);
  }
}

/** Loads the texts of all pages and those in the files named here, and writes them into the page. */
export async function useTexts(...more) {
  files = [...new Set([...files, ...more])];
  for (const select of document.querySelectorAll("select.language")) {
    select.replaceChildren(...Object.entries(LANGUAGES).map(([code, name]) => new Option(name, code)));
    [...select.options].forEach((option) => (option.lang = option.value));
    select.value = language;
    select.onchange = () => use(select.value);
  }
  await load(language);
}

async function use(code) {
  memory.set(KEY, code);
  await load(choose([code]));
  document.dispatchEvent(new Event("language"));
}

/** A text with its placeholders filled in; a value that is a function is asked each time. The key if there is no text. */
export function t(key, values = {}) {
  const plural = values.count === undefined ? "" : new Intl.PluralRules(language).select(values.count);
  const text = texts[`${key}.${plural}`] ?? texts[`${key}.other`] ?? texts[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return (typeof value === "function" ? value() : value) ?? whole;
  });
}

/** Whether there is a text. */
export function has(key) {
  return Object.hasOwn(texts, key);
}

/** Writes a text into a node, now and whenever the language changes. */
export function say(node, key, values = {}) {
  node.dataset.t = key;
  node[VALUES] = values;
  node.textContent = t(key, values);
  return node;
}

/** The same for an attribute: aria-label, placeholder or title. */
export function sayAttribute(node, attribute, key, values = {}) {
  node.setAttribute(`data-t-${attribute}`, key);
  node[VALUES] = { ...node[VALUES], ...values };
  node.setAttribute(attribute, t(key, values));
  return node;
}

/** A time in the reader's language. @param style clock or full */
export function moment(iso, style = "clock") {
  const node = document.createElement("time");
  node.dateTime = iso;
  node.dataset.tTime = style;
  translate(node);
  return node;
}

function translate(root) {
  const inside = [...root.querySelectorAll(MARKED)];
  for (const node of root instanceof Element && root.matches(MARKED) ? [root, ...inside] : inside) {
    const values = node[VALUES] ?? {};
    if (node.dataset.t) {
      node.textContent = t(node.dataset.t, values);
    }
    if (node.dataset.tTime) {
      node.textContent = new Date(node.dateTime).toLocaleString(language, TIMES[node.dataset.tTime]);
    }
    for (const name of ATTRIBUTES) {
      const key = node.getAttribute(`data-t-${name}`);
      if (key) {
        node.setAttribute(name, t(key, values));
      }
    }
  }
}
