// The panels: each stands in the page as text until somebody needs it, so that 500 open at once.
// Without scripts the browser reads the same text as part of the page. One at a time is open.
import { all, byId } from "../shared/elements.js";

const folded = new Map(all(".cases > noscript").map((holder) => [Number(holder.dataset.case), holder]));
const unfolded = new Map();
const ENTITIES = { amp: "&", lt: "<", gt: ">", "#34": '"', "#39": "'" };

// The panel of a case, made from its text at first need; undefined where the page has no such case.
function panelOf(caseId) {
  const holder = folded.get(caseId);
  if (holder && !unfolded.has(caseId)) {
    holder.outerHTML = holder.textContent;
    const panel = byId(`c${caseId}`);
    folded.set(caseId, panel);
    unfolded.set(caseId, panel);
  }
  return unfolded.get(caseId);
}

// A panel that the page did not come with.
function addPanel(caseId, text) {
  const holder = document.createElement("noscript");
  holder.dataset.case = caseId;
  holder.textContent = text;
  document.querySelector(".cases").append(holder);
  folded.set(caseId, holder);
}

// What a panel says, without the cost of making it.
function wordsIn(caseId) {
  if (unfolded.has(caseId)) return unfolded.get(caseId).textContent;
  return folded.get(caseId).textContent
    .replace(/<[^>]*>|&(#?\w+);/g, (whole, name) => (name ? ENTITIES[name] ?? " " : ""));
}

// Paper has every case.
function unfoldAll() {
  for (const caseId of folded.keys()) panelOf(caseId);
}

function unfoldForPrint() {
  addEventListener("beforeprint", unfoldAll);
  matchMedia("print").addEventListener("change", ({ matches }) => matches && unfoldAll());
}

let openId = null;

// The case that is open, null while none is, and its panel.
const current = () => openId;
const article = () => unfolded.get(openId);

// null: none.
function setCurrent(caseId) {
  article()?.classList.remove("open");
  openId = caseId;
  article()?.classList.add("open");
}

// Where a panel stands among the others, as text or not.
const placeOf = (caseId) => folded.get(caseId);

const isUnfolded = (caseId) => unfolded.has(caseId);

export { addPanel, article, current, isUnfolded, panelOf, placeOf, setCurrent, unfoldForPrint, wordsIn };
