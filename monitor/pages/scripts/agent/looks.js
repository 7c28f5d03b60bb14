// What came since the agent last looked: cases that are new on the page, and those whose time came.
import { stateOf } from "../memory/cases.js";
import { keep, read } from "../memory/storage.js";
import { byId, put } from "../shared/elements.js";
import { _ } from "../shared/words.js";
import { current } from "./panels.js";
import { caseOf, rows, wantedRows } from "./rows.js";

const looked = { cases: new Set(), due: new Set() };
const fresh = new Map();

function keepLooks() {
  keep("looked", { cases: [...looked.cases], due: [...looked.due] });
}

function look(caseId) {
  looked.cases.add(caseId);
  if (stateOf(caseId).now) looked.due.add(caseId);
}

// How a case is fresh: new here, or due again; undefined where the agent has seen it so.
function freshnessOf(caseId) {
  const { ended, now } = stateOf(caseId);
  if (!now) looked.due.delete(caseId);
  if (ended || caseId === current()) return undefined;
  if (!looked.cases.has(caseId)) return "new";
  return now && !looked.due.has(caseId) ? "due" : undefined;
}

function showFresh() {
  if (current() !== null) look(current());
  const wanted = new Set(wantedRows());
  for (const row of rows) {
    const how = freshnessOf(caseOf(row));
    if (how) row.dataset.fresh = how === "new" ? _("新") : _("到时间");
    else delete row.dataset.fresh;
    if (how && wanted.has(row)) fresh.set(caseOf(row), how);
    else fresh.delete(caseOf(row));
  }
  const count = (how) => [...fresh.values()].filter((other) => other === how).length;
  const words = [
    count("new") ? _("新来 %(count)s 个", { count: count("new") }) : "",
    count("due") ? _("到时间 %(count)s 个", { count: count("due") }) : "",
  ].filter(Boolean);
  byId("fresh").hidden = !words.length;
  put(byId("fresh-words"), _("上次看过以后：%(words)s", { words: words.join(_("，")) }));
  keepLooks();
}

function lookAtAll() {
  rows.forEach((row) => look(caseOf(row)));
  showFresh();
}

// A browser that never had the page has nothing to tell.
function startLooking() {
  const kept = read("looked");
  if (kept) {
    looked.cases = new Set(kept.cases);
    looked.due = new Set(kept.due);
  } else {
    rows.forEach((row) => look(caseOf(row)));
  }
  byId("looked").addEventListener("click", lookAtAll);
}

export { showFresh, startLooking };
