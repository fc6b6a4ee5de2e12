// What a person writes: a draft for each conversation, texts from elsewhere, and the help beside it.
import { $, fit } from "./common.js";

const drafts = new Map();
const area = $("text");

/** Keeps what is written in this conversation. @param id null: none is open */
export function keep(id) {
  if (id && area.value) {
    drafts.set(id, area.value);
  } else if (id) {
    drafts.delete(id);
  }
}

export function load(id) {
  area.value = drafts.get(id) ?? "";
}

/** It was sent, or nobody is there to read it. */
export function clear(id) {
  drafts.delete(id);
  area.value = "";
  fit(area);
}

export function showHelp(on) {
  $("help").classList.toggle("shown", on);
  $("help").scrollTop = 0;
  $("help-toggle").setAttribute("aria-expanded", String(on));
}

/** Puts a text where the cursor is, on lines of its own. */
export function insert(text) {
  const before = area.value.slice(0, area.selectionStart);
  area.setRangeText(before && !/\n$/.test(before) ? `\n${text}` : text, area.selectionStart, area.selectionEnd, "end");
  fit(area);
  showHelp(false);
  area.focus();
}

area.addEventListener("input", () => fit(area));
area.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    $("form").requestSubmit();
  } else if (event.key === "/" && !area.value) {
    event.preventDefault();
    showHelp(true);
    $("canned-filter").focus();
  }
});
$("help-toggle").addEventListener("click", () => showHelp(!$("help").classList.contains("shown")));
document.addEventListener("keydown", (event) => event.key === "Escape" && showHelp(false));
