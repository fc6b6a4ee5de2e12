// Files into the knowledge base: chosen or dropped, several at once, with a report.
import { $, callWithKey, el } from "./common.js";
import { say } from "./i18n.js";
import { attempt, number } from "./office.js";

let limits = { files: 1, file_bytes: 0, request_bytes: 0 };
let changed;
/** Files that were refused because their documents are there already. */
let present = [];

export function showLimits(now) {
  limits = now;
  say($("import-about"), "kb.import_about", { megabytes: number(now.file_bytes / (1 << 20)) });
}

/** Cuts a list of files into lists that each fit into one request. */
function batches(files) {
  const all = [];
  let bytes = Infinity;
  for (const file of files) {
    // A file that is too large would break the whole request: its name goes alone, and the server says what is wrong.
    const size = Math.min(file.size, limits.file_bytes) + 1000;
    if (bytes + size > limits.request_bytes * 0.9 || all.at(-1).length >= limits.files) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1).push(file);
    bytes += size;
  }
  return all;
}

async function send(files, replace) {
  const form = new FormData();
  const tooLarge = files.filter((file) => file.size > limits.file_bytes);
  const rest = files.filter((file) => file.size <= limits.file_bytes);
  rest.forEach((file) => form.append("files", file, file.name));
  const query = new URLSearchParams({ source: $("import-source").value.trim(), replace });
  const report = rest.length > 0 ? await callWithKey("POST", `/v1/kb/import?${query}`, form) : { files: [] };
  return [...report.files, ...tooLarge.map((file) => ({ file: file.name, taken: false, reason: "too_large" }))];
}

async function takeIn(files, replace) {
  if (files.length === 0) {
    return;
  }
  say($("import-state"), "kb.importing", { count: files.length });
  $("choose").disabled = true;
  $("report").hidden = true;
  const reports = [];
  try {
    for (const batch of batches(files)) {
      reports.push(...(await send(batch, replace)));
    }
  } finally {
    $("choose").disabled = false;
    $("import-state").textContent = "";
    show(reports, files);
  }
  await changed();
}

function show(reports, files) {
  const taken = reports.filter((report) => report.taken);
  const there = new Set(reports.filter((report) => report.reason === "exists").map((report) => report.file));
  present = files.filter((file) => there.has(file.name));
  $("report").hidden = reports.length === 0;
  $("replace-them").hidden = present.length === 0;
  $("report-rows").replaceChildren(...reports.map(row));
  if (reports.length > 0) {
    say($("import-state"), "kb.imported", { taken: taken.length, refused: reports.length - taken.length });
  }
}

function row(report) {
  const details = report.taken
    ? el("td", { t: "kb.taken_details", values: { ...report, count: report.documents } })
    : el("td", {}, el("span", { t: `kb.refused_${report.reason}` }), report.detail ? ` ${report.detail}` : null);
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, report.file),
    el("td", {}, el("span", { class: report.taken ? "tag good" : "tag bad", t: report.taken ? "kb.taken" : "kb.refused" })),
    details,
  );
}

/** @param told {changed}: what to do when documents have changed */
export function start(told) {
  changed = told.changed;
  const begin = (files, replace = $("replace").checked) => attempt("problem", () => takeIn([...files], replace));
  const drop = $("drop");
  $("choose").addEventListener("click", () => $("files").click());
  $("files").addEventListener("change", async () => {
    await begin($("files").files);
    $("files").value = "";
  });
  $("replace-them").addEventListener("click", () => begin(present, true));
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    begin(event.dataTransfer.files);
  });
}
