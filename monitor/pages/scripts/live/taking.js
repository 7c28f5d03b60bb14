// What the store has by now becomes part of the past, whoever noted it.
import { toast } from "../agent/copying.js";
import { refresh } from "../agent/arranging.js";
import { showReason } from "../agent/opening.js";
import { current, panelOf } from "../agent/panels.js";
import { lineOf, showHistory } from "../agent/past.js";
import { rowOf, showRow } from "../agent/rows.js";
import { settle } from "../agent/suggestions.js";
import { learn, learnBan } from "../memory/cases.js";
import { entries, idOf } from "../memory/entries.js";
import { cases, page } from "../memory/page_data.js";
import { _ } from "../shared/words.js";
import { desk, showLink } from "./link.js";

function settleDecision(entry) {
  const { decision } = entry;
  if (decision.contact) learnBan(decision);
  else if (decision.to) rowOf.get(decision.case).dataset.agent = decision.to;
  else if (!decision.substitute) settle(entry);
}

// The store has it: from now on it is part of the past, like everybody's.
function accepted(entry) {
  if (entry.decision) {
    entries.remove(entries.decisions.find((other) => idOf(other) === idOf(entry)) ?? entry);
    settleDecision(entry);
    return;
  }
  const { outcome } = entry;
  // Another window's writing reads the list anew: the same entry is another object then.
  const kept = entries.list.find((other) => other.outcome.id === outcome.id);
  if (!kept && !cases.get(outcome.case)?.history.some(({ id }) => id === outcome.id)) {
    toast(_("刚才那条已经送到，撤不回了；请再记一条来更正。"));
  }
  page.known.push(outcome.id);
  entries.remove(kept ?? entry);
  takeIn(outcome);
}

function takeIn(callback) {
  if (!learn(callback)) return;
  panelOf(callback.case).querySelector(".history").append(pastLine(callback));
  showRow(rowOf.get(callback.case));
}

function pastLine(callback) {
  const line = lineOf(callback);
  if (callback.agent !== page.agent) line.append(`· ${callback.agent}`);
  return line;
}

function afterTaking() {
  refresh();
  showLink(desk.state);
  if (current() === null) return;
  showHistory();
  showReason();
}

export { accepted, afterTaking, takeIn };
