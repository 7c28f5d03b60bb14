// One agent at a time has a case open: claimed on opening, renewed while open, given back on leaving.
import { dialledAt } from "../agent/call_timer.js";
import { toast } from "../agent/copying.js";
import { form } from "../agent/form.js";
import { current } from "../agent/panels.js";
import { rowOf } from "../agent/rows.js";
import { entries, newId } from "../memory/entries.js";
import { page } from "../memory/page_data.js";
import { isTyping, put } from "../shared/elements.js";
import { shortTime } from "../shared/times.js";
import { _ } from "../shared/words.js";
import { ask, desk, live } from "./link.js";
import { onNews, poll } from "./news.js";

const here = newId(); // this window, so that one does not give back what another has open
const claim = { case: null, leaving: new Set(), turn: Promise.resolve() };
const LEFT = 3600000; // nobody touched the page for longer than any call: the case is let go
let touched = Date.now();
const others = new Map(); // who else has which case
const marked = new Map(); // the lines that say so, by case

const heldLine = document.createElement("p");
heldLine.className = "notice strong";
heldLine.id = "held";
heldLine.hidden = true;
heldLine.setAttribute("role", "status");
form.before(heldLine);

// Claims and returns go one after the other, or a late return would undo a new claim.
function inTurn(work) {
  claim.turn = claim.turn.then(work).catch(() => {});
  return claim.turn;
}

// ☎ means that a number was dialled; else the case is only open.
function heldWords({ agent, until, dialled }) {
  const values = { agent, time: shortTime(Date.parse(until)) };
  return dialled ? _("☎ %(agent)s 正在打 · 至 %(time)s", values) : _("%(agent)s 正在看 · 至 %(time)s", values);
}

function claimCase(caseId) {
  return inTurn(async () => {
    if (caseId !== current()) return;
    const told = await ask("claims", { case: caseId, window: here, dialled: dialledAt(caseId) !== null });
    if (told.granted) {
      others.delete(caseId);
      if (caseId === current()) claim.case = caseId;
      else claim.leaving.add(caseId);
    } else {
      others.set(caseId, told);
      if (claim.case === caseId) claim.case = null;
    }
    showHeld();
  });
}

// A case is given back once what was noted in it is in the store, never before.
function giveBack() {
  for (const caseId of claim.leaving) {
    if (caseId === current()) claim.leaving.delete(caseId);
    else if (!entries.of(caseId).some(({ outcome }) => !desk.refused.has(outcome.id))) {
      inTurn(async () => {
        if (caseId === current() || !claim.leaving.has(caseId)) return;
        await ask("claims/release", { case: caseId, window: here });
        claim.leaving.delete(caseId);
      });
    }
  }
}

function onOpened() {
  if (claim.case === current()) return;
  if (claim.case !== null) claim.leaving.add(claim.case);
  claim.case = null;
  giveBack();
  if (current() !== null) claimCase(current());
  showHeld();
}

const isThere = () => Date.now() - touched < LEFT;

function renew() {
  if (current() !== null && !others.has(current()) && isThere()) claimCase(current());
}

function touch() {
  const back = !isThere();
  touched = Date.now();
  if (back) renew();
}

// Only rows that somebody took or gave back are touched: there are hundreds.
function markRows() {
  for (const caseId of [...marked.keys(), ...others.keys()]) {
    const held = others.get(caseId);
    const row = rowOf.get(caseId);
    if (!row) continue;
    if (!held) {
      marked.get(caseId).remove();
      marked.delete(caseId);
      delete row.dataset.held;
      continue;
    }
    if (!marked.has(caseId)) {
      const line = document.createElement("span");
      line.className = "held";
      row.append(line);
      marked.set(caseId, line);
    }
    row.dataset.held = held.agent;
    put(marked.get(caseId), heldWords(held));
  }
}

function showHeld() {
  markRows();
  const held = others.get(current());
  heldLine.hidden = !held;
  form.inert = Boolean(held);
  put(heldLine, held ? `${heldWords(held)}${_("。等同事看完，这里会自己打开；也可以先看别的求助。")}` : "");
}

// The desk tells who has what; a case that became free is claimed where it stands open here.
function onClaims(told) {
  others.clear();
  for (const held of told.claims) if (held.agent !== page.agent) others.set(held.case, held);
  if (others.has(claim.case)) claim.case = null;
  showHeld();
  giveBack();
  if (current() !== null && claim.case !== current()) renew();
}

function closedHere(event) {
  if (!form.inert) return;
  const notes = event.type === "submit" || (!isTyping(event.target) && /^([1-9]|Enter|m)$/i.test(event.key));
  if (!notes || event.target.closest("a, button, summary, dialog")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  toast(heldLine.textContent);
}

function keepClaims() {
  onNews(onClaims);
  addEventListener("keydown", closedHere, { capture: true });
  addEventListener("submit", closedHere, { capture: true });
  document.addEventListener("case-opened", onOpened);
  document.addEventListener("dialled", renew);
  addEventListener("pagehide", () => {
    for (const caseId of [claim.case, ...claim.leaving]) {
      if (caseId !== null) ask("claims/release", { case: caseId, window: here }, true).catch(() => {});
    }
  });
  // Back from the browser's memory, or from the night: ask anew.
  addEventListener("pageshow", (event) => { if (event.persisted) { claim.case = null; poll(); } });
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"]) {
    addEventListener(kind, touch, { capture: true, passive: true });
  }
  setInterval(renew, live.claim_seconds * 1000 / 3);
}

export { keepClaims };
