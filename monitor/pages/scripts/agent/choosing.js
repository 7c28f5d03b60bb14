// Which contact the outcome is about: the one that is proposed, until the agent chooses another.
import { contactKey, typedContact } from "../../../calling/page/contacts.js";
import { callOf, pastOf } from "../memory/cases.js";
import { byId } from "../shared/elements.js";
import { _ } from "../shared/words.js";
import { grouped } from "./contact_words.js";
import { keepDraft } from "./drafting.js";
import { chosen, form, isWriting, wayChosen } from "./form.js";
import { article, current } from "./panels.js";
import { aboutContact, choiceMade, choices, keyOfLine, lines } from "./rungs.js";
import { fillFacts } from "./script.js";
import { showPassedOn } from "./steps.js";
import { fitWays } from "./ways.js";

function showAbout() {
  const contact = typedContact(aboutContact());
  const said = contact && (contact.kind === "post" ? _("私信") : grouped(contact.value));
  const words = isWriting() ? _("发给 %(contact)s", { contact: said }) : _("拨的是 %(contact)s", { contact: said });
  byId("about").textContent = said && chosen() ? `${words} · ` : "";
}

// The script speaks of and to the contact that is chosen.
function showChoice() {
  fitWays();
  showAbout();
  fillFacts();
  showPassedOn();
}

// Who the outcome is about, unless the agent says otherwise: who is proposed; where nobody is, who
// was tried last.
function wantedContact() {
  const { contact, action, offer } = callOf(current());
  if (isWriting() && offer) return offer.contact;
  if (action === "switchboard") return null;
  return contact ?? pastOf(current()).findLast((attempt) => attempt.contact)?.contact ?? null;
}

function lineOf(contact) {
  const key = contact && contactKey(contact);
  return lines().find((line) => keyOfLine(line) === key && !line.matches(".barred"));
}

// The number that was typed beside the switchboard, where the outcome was about that.
const ownChoice = () => article().querySelector(".other").value && article().querySelector("[value=other]");

// Choose the line of `kept`, else of who is wanted, else the first that may be used.
function chooseProposed(kept = null) {
  const line = lineOf(kept ?? wantedContact());
  const choice = line?.querySelector("input") ?? ((kept && ownChoice()) || choices()[0]);
  if (choice) choice.checked = true;
  const folded = line?.closest("details");
  if (folded) folded.open = true;
  form.dataset.way = wayChosen();
  showChoice();
}

function chooseNext() {
  const list = choices();
  if (!list.length) return;
  const at = list.findIndex(({ checked }) => checked);
  const choice = list[(at + 1) % list.length];
  choice.checked = true;
  choice.focus();
  article().dataset.chose = "1";
  showChoice();
  keepDraft();
}

// What C copies: the contact that is chosen, never one that is barred.
function copyChosen() {
  const line = choiceMade()?.closest("li, p");
  line?.querySelector(".copy:not([hidden]), .copy-message:not([hidden])")?.click();
}

export { chooseNext, chooseProposed, copyChosen, showAbout, showChoice };
