// The knowledge base: documents, questions without an answer, import, trying out.
import { $, callWithKey } from "./common.js";
import { say, useTexts } from "./i18n.js";
import * as documents from "./kb-documents.js";
import * as importing from "./kb-import.js";
import * as questions from "./kb-questions.js";
import * as trying from "./kb-try.js";
import { attempt, number } from "./office.js";

const SECTIONS = ["documents", "questions", "import", "try"];

/** Sections have other ids than the address names, or the browser would scroll past the head of the page. */
function showSection() {
  const wanted = location.hash.slice(1);
  const section = SECTIONS.includes(wanted) ? wanted : SECTIONS[0];
  for (const name of SECTIONS) {
    $(`${name}-section`).hidden = name !== section;
    const link = document.querySelector(`.tabs a[href="#${name}"]`);
    name === section ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
  }
}

/** Where the documents come from, and how many there are. */
async function overview() {
  const base = await callWithKey("GET", "/v1/kb");
  $("documents-count").textContent = number(base.documents);
  $("origin").classList.toggle("warning", Boolean(base.origin));
  $("reload").hidden = !base.origin;
  say($("origin-text"), base.origin ? "kb.from_files" : "kb.from_store", { path: base.origin });
  documents.showSources(base.sources);
  importing.showLimits(base.limits);
}

async function changed() {
  await overview();
  await documents.refresh();
}

$("reload").addEventListener("click", () =>
  attempt("problem", async () => {
    if (await documents.mayLeave("kb.reload_ask", "kb.reload")) {
      documents.close();
      await callWithKey("POST", "/v1/kb/reload", {});
      await changed();
    }
  }),
);
window.addEventListener("hashchange", showSection);
document.addEventListener("language", () => attempt("problem", overview));

await useTexts("kb");
documents.start({ changed, settled: questions.refresh });
importing.start({ changed });
trying.start({ open: documents.open });
questions.start({ write: documents.write, tryOut: trying.ask });
showSection();
await attempt("problem", changed);
await attempt("problem", questions.refresh);
