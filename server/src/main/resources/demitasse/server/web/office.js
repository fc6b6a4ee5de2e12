// What the knowledge base and the analytics share.
import { $, callWithKey, el, sayFailure } from "./common.js";
import { currentLanguage } from "./i18n.js";

/** Shows what went wrong in an element with role alert, or hides it. */
export function problem(id, failure) {
  $(id).hidden = !failure;
  if (failure) {
    sayFailure($(id), failure);
  }
}

/** Runs something and shows in the element what went wrong. @return its result; undefined if it failed */
export async function attempt(id, work) {
  try {
    problem(id, null);
    return await work();
  } catch (failure) {
    problem(id, failure);
    return undefined;
  }
}

/** Saves what the server answers as a file. */
export async function download(path, name) {
  const address = URL.createObjectURL(await callWithKey("GET", path));
  const link = el("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function number(value, options = {}) {
  return new Intl.NumberFormat(currentLanguage(), options).format(value);
}
