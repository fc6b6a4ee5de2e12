// The menu "My data": take it away, or have it erased.
import { $, call, el, sayFailure } from "./common.js";
import { sessionPath } from "./answers.js";
import { aside } from "./log.js";

/** The chat: session() is its id or null, stop() ends an answer that is under way, startAfresh() forgets all. */
let chat = null;

export function start(page) {
  chat = page;
  $("export").addEventListener("click", exportData);
  $("erase").addEventListener("click", () => {
    closeMenu();
    $("confirm").returnValue = "";
    $("confirm").showModal();
  });
  $("confirm").addEventListener("close", () => $("confirm").returnValue === "yes" && erase());
  document.addEventListener("click", (event) => !$("menu").contains(event.target) && closeMenu());
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key === "Escape" && $("menu").open) {
        event.preventDefault();
        closeMenu();
        $("menu").querySelector("summary").focus();
      }
    },
    { capture: true },
  );
}

export function closeMenu() {
  $("menu").open = false;
}

async function exportData() {
  closeMenu();
  try {
    const data = await call("GET", `${sessionPath(chat.session() ?? "none")}/export`);
    const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
    el("a", { href: url, download: "conversation.json" }).click();
    URL.revokeObjectURL(url);
  } catch (failure) {
    if (failure.status === 404) {
      aside("chat.nothing");
    } else {
      sayFailure(aside(), failure);
    }
  }
}

async function erase() {
  chat.stop();
  try {
    if (chat.session()) {
      await call("DELETE", sessionPath(chat.session()));
    }
  } catch (failure) {
    if (failure.status !== 404) {
      sayFailure(aside(), failure);
      return;
    }
  }
  chat.startAfresh();
  aside("chat.erased");
}
