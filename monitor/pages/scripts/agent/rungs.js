// The lines of the open case's ladder, and the one that the call is about.
import { contactKey, typedContact } from "../../../calling/page/contacts.js";
import { all } from "../shared/elements.js";
import { article } from "./panels.js";

const lines = () => all(".rung", article());
const keyOfLine = (line) => contactKey(line.dataset);

const choices = () => all(".ladder input[type=radio]:not(:disabled)", article())
  .filter((choice) => !choice.closest("[hidden], details:not([open])"));

const choiceMade = () => article().querySelector(".ladder input[type=radio]:checked");
const lineChosen = () => choiceMade()?.closest(".rung");

// What the outcome is about, as an entry tells it; null where nothing of it is known. What was typed
// goes out as it was typed: whoever takes the outcome in reads it.
function aboutContact() {
  const choice = choiceMade();
  const line = choice?.closest(".rung");
  if (line) return { kind: line.dataset.kind, value: line.dataset.value };
  const typed = choice && article().querySelector(".other").value.trim();
  return typed && typedContact({ value: typed }).value ? { value: typed } : null;
}

export { aboutContact, choiceMade, choices, keyOfLine, lineChosen, lines };
