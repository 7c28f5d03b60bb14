// The panels: each stands in the page as text until somebody needs it, so that 500 open at once.
// Without scripts the browser reads the same text as part of the page.
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

// What a panel says, without the cost of making it.
function wordsIn(caseId) {
  if (unfolded.has(caseId)) return unfolded.get(caseId).textContent;
  return folded.get(caseId).textContent
    .replace(/<[^>]*>/g, "")
    .replace(/&(#?\w+);/g, (whole, name) => ENTITIES[name] ?? " ");
}

// Paper has every case.
function unfoldAll() {
  for (const caseId of folded.keys()) panelOf(caseId);
}
addEventListener("beforeprint", unfoldAll);
matchMedia("print").addEventListener("change", ({ matches }) => matches && unfoldAll());
