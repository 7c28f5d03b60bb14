// The rows of the list: how each case stands, in words.
import { contactKey, isDialled } from "../../../calling/page/contacts.js";
import { isBarred, rungsOf, stateOf } from "../memory/cases.js";
import { entries } from "../memory/entries.js";
import { all, put } from "../shared/elements.js";
import { _ } from "../shared/words.js";
import { hidden, kindOf } from "./contact_words.js";
import { whyOf } from "./reasons.js";

const rows = all(".row");
const caseOf = (row) => Number(row.dataset.case);
const rowOf = new Map(rows.map((row) => [caseOf(row), row]));

// What the desk adds of others' cases: a line each, which is a row once the case came whole.
const lines = new Set();
function addLine(row) {
  lines.add(row);
  rowOf.set(caseOf(row), row);
}
function makeRow(row) {
  lines.delete(row);
  rows.push(row);
}

// It narrows the list to one's own.
let isWanted = () => true;
function narrow(test) {
  isWanted = test;
}
const wantedRows = () => rows.filter((row) => isWanted(row));
const wantedLines = () => [...lines].filter((row) => isWanted(row));

function showRow(row) {
  if (!row || lines.has(row)) return;
  const caseId = caseOf(row);
  const state = stateOf(caseId);
  const why = whyOf(caseId, state);
  put(row.querySelector(".sign"), why.sign);
  put(row.querySelector(".why"), why.head);
  put(row.querySelector(".more"), why.more);
  put(row.querySelector(".reach"), reachOf(caseId, state));
  const tones = { ended: state.ended, due: state.agreed && state.agreed <= Date.now(), waits: !state.now };
  for (const tone of ["agreed", "pressing", "calm"]) tones[tone] = why.tone === tone;
  for (const [tone, is] of Object.entries(tones)) row.classList.toggle(tone, Boolean(is));
  const unsaved = entries.of(caseId).some((entry) => !entry.saved);
  const flag = unsaved ? _("未保存") : entries.draft(caseId)?.disposition ? _("没填完") : "";
  if (flag) row.dataset.flag = flag;
  else delete row.dataset.flag;
}

// How the next attempt is made, in a word: a number with its middle hidden, or the other way.
function reachOf(caseId, state) {
  if (state.ended || state.quiet) return "";
  const rungs = rungsOf(caseId).filter((other) => !isBarred(other));
  const wanted = state.call.contact && contactKey(state.call.contact);
  const rung = rungs.find((other) => contactKey(other) === wanted) ?? rungs[0];
  if (!rung) return _("没留电话→总机");
  if (!isDialled(rung)) return _("没留电话→%(way)s", { way: kindOf(rung) });
  return hidden(rung);
}

export { addLine, caseOf, lines, makeRow, narrow, rowOf, rows, showRow, wantedLines, wantedRows };
