// A case goes to a colleague, with a note; it is theirs once the store has it.
import { entries, newId } from "../memory/entries.js";
import { page } from "../memory/page_data.js";
import { byId } from "../shared/elements.js";
import { _ } from "../shared/words.js";
import { toast } from "./copying.js";
import { refresh } from "./arranging.js";
import { nextToCall } from "./list.js";
import { go, openCase } from "./opening.js";
import { current } from "./panels.js";

const handWords = (to) => _("交给 %(agent)s", { agent: to });

function openHand() {
  if (current() === null || !page.colleagues.length || entries.handed(current())) return;
  byId("hand-form").reset();
  byId("hand").showModal();
  byId("hand-to").focus();
}

function handOver() {
  const [to, note] = [byId("hand-to").value, byId("hand-note").value.trim()];
  entries.decide({ id: newId(), case: current(), agent: page.agent, decision: "handed", to, note });
  refresh();
  const row = nextToCall();
  if (row) go(row);
  else openCase(current());
  toast(_("已记：%(outcome)s。按 U 撤销。", { outcome: handWords(to) }));
}

function offerHand() {
  byId("hand-open")?.addEventListener("click", openHand);
  byId("hand").addEventListener("close", () => byId("hand").returnValue === "hand" && handOver());
}

export { handWords, offerHand, openHand };
