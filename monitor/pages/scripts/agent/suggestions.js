// Cases that may be one with the open one: what was decided of them, and the agent's decision.
import { entries, newId } from "../memory/entries.js";
import { page } from "../memory/page_data.js";
import { all } from "../shared/elements.js";
import { _ } from "../shared/words.js";
import { toast } from "./copying.js";
import { refresh } from "./arranging.js";
import { article, current } from "./panels.js";

const otherOf = (box) => Number(box.dataset.other);
const taken = new Map(); // decisions that the desk has, by the two numbers

const pairOf = (one, other) => [one, other].sort((a, b) => a - b).join(" ");
const decidedOf = (box) => (
  entries.decided(current(), otherOf(box))?.decision ?? taken.get(pairOf(current(), otherOf(box)))
);

function wordsOf({ decision, case: caseId, other }) {
  return decision === "merged"
    ? _("是同一件事，合到求助 %(number)s", { number: Math.min(caseId, other) })
    : _("是两件事，以后不再问");
}

function showSuggestions() {
  for (const box of all(".suggestion", article())) {
    const decision = decidedOf(box);
    box.querySelector(".decide").hidden = Boolean(decision);
    box.querySelector(".decided").hidden = !decision;
    box.querySelector(".decided").textContent = decision ? `✓ ${wordsOf(decision)}` : "";
  }
}

// Decide about one of them, the first that nobody decided unless told.
function decide(decision, box = all(".suggestion", article()).find((other) => !decidedOf(other))) {
  if (!box) return;
  const made = { id: newId(), case: current(), other: otherOf(box), agent: page.agent, decision };
  entries.decide(made);
  showSuggestions();
  refresh(null);
  toast(_("已记：%(outcome)s。按 U 撤销。", { outcome: wordsOf(made) }));
}

// The desk has it.
function settle({ decision }) {
  taken.set(pairOf(decision.case, decision.other), decision);
  if (current() !== null) showSuggestions();
}

export { decide, settle, showSuggestions };
