// Which step of the script stands beside the case: that of the proposed call or message when the
// case is opened, then that of the outcome that is chosen. Any other is a click away.
import { contactKey } from "../../../calling/page/contacts.js";
import { callOf, pastOf } from "../memory/cases.js";
import { meaning } from "../memory/page_data.js";
import { chosen, isWriting } from "./form.js";
import { article, current } from "./panels.js";
import { keyOfLine, lineChosen } from "./rungs.js";
import { chooseStep, panelFor, panelTo, showScript, tabOf, tabs } from "./script.js";

function showStep() {
  if (!chosen()) return;
  const tab = tabOf((isWriting() && panelTo(lineChosen())) || panelFor(chosen()));
  if (tab) chooseStep(tab);
}

// What a promised call begins with, where the promise tells it.
function kindOfPromise(past, agreed) {
  const promise = past.findLast((one) => one.call_again_at && Date.parse(one.call_again_at) === agreed);
  const { number, next } = promise ? meaning(promise) : {};
  if (next === "message") return "message";
  return number === "reached" && !promise.new_contact ? "agreed" : null;
}

// Whether a contact was passed on, and nobody has been reached there since.
function isPassedOn(past, key) {
  const named = past.findLastIndex((one) => one.new_contact && contactKey(one.new_contact) === key);
  return named >= 0 && !past.slice(named + 1).some((one) => (
    one.contact && contactKey(one.contact) === key && meaning(one).number === "reached"
  ));
}

// What the proposed call begins with, where that is not the opening: one of script.CALLS.
function callKind() {
  const { action, reason, contact, agreed_at: agreed, back } = callOf(current());
  if (!contact) return ["switchboard", "unreachable"].includes(action) ? "switchboard" : null;
  const past = pastOf(current());
  const promised = agreed ? kindOfPromise(past, agreed) : null;
  if (promised) return promised;
  if (back) return "back";
  if (reason === "after message") return "message";
  return isPassedOn(past, contactKey(contact)) ? "passed_on" : null;
}

// Only who was passed on is greeted as such: the step goes when another contact is chosen.
function showPassedOn() {
  const tab = tabs().find((other) => other.dataset.call === "passed_on");
  if (!tab) return;
  const { contact } = callOf(current());
  const [line, was] = [lineChosen(), tab.hidden];
  tab.hidden = callKind() !== "passed_on" || !line || keyOfLine(line) !== contactKey(contact);
  const [from, to] = tab.hidden ? [tab, tabs()[0]] : [tabs()[0], tab];
  if (was !== tab.hidden && from.ariaSelected === "true") chooseStep(to);
}

// The step that the case opens at; a script of the lead's own may lack it, and has its first one.
// Other ways to begin stay away; any number may turn out to be a switchboard's.
function openingStep() {
  const { action, contact } = callOf(current());
  const writes = contact && ["message", "unreachable"].includes(action);
  const kind = callKind();
  showScript();
  for (const other of tabs()) other.hidden = !["", "switchboard", kind].includes(other.dataset.call);
  const tab = writes
    ? tabOf(panelTo(article().querySelector(".rung.proposed")))
    : kind && tabs().find((other) => other.dataset.call === kind);
  return tab || tabs()[0];
}

// The step beside one, for a key.
function turnStep(tab, by) {
  const shown = tabs().filter(({ hidden }) => !hidden);
  const other = shown[(shown.indexOf(tab) + by + shown.length) % shown.length];
  chooseStep(other);
  other.focus();
}

export { openingStep, showPassedOn, showStep, turnStep };
