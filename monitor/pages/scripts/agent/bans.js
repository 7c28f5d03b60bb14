// Numbers that a later post asks not to call: a person puts them on the do-not-call list, with one key.
import { entries, newId } from "../memory/entries.js";
import { page } from "../memory/page_data.js";
import { all } from "../shared/elements.js";
import { _ } from "../shared/words.js";
import { hidden } from "./contact_words.js";
import { toast } from "./copying.js";
import { refresh } from "./arranging.js";
import { showLadder } from "./ladder.js";
import { article, current } from "./panels.js";

const banWords = ({ contact }) => _("%(number)s 记入免打扰名单", { number: hidden(contact) });
const isThere = (button) => button.offsetParent !== null;

// Bar the number of a line, the first that asks for it unless told.
function banNumber(button = all(".bar-number", article()).find(isThere)) {
  if (!button) return;
  const { kind, value } = button.closest(".rung").dataset;
  const made = { id: newId(), case: current(), agent: page.agent, decision: "barred", contact: { kind, value } };
  entries.decide(made);
  refresh();
  showLadder();
  toast(_("已记：%(outcome)s。按 U 撤销。", { outcome: banWords(made) }));
}

export { banNumber, banWords };
