// The outcomes that fit the way that was tried: five likely ones, the rest behind 更多.
import { contactKey, isDialled, typedContact } from "../../../calling/page/contacts.js";
import { callOf, stateOf } from "../memory/cases.js";
import { dispositions } from "../memory/page_data.js";
import { all, byId } from "../shared/elements.js";
import { chosen, form, unchoose } from "./form.js";
import { article, current } from "./panels.js";
import { aboutContact, keyOfLine, lineChosen } from "./rungs.js";

const group = form.querySelector(".ways");
const more = byId("more-ways");
const LIKELY = 5;

// What is dialled rings, whatever else there is is written to; what was typed, too.
function wayOfContact() {
  const contact = typedContact(aboutContact());
  return !contact || isDialled(contact) ? "call" : "write";
}

// How it was tried, unless the agent chose: a number is written to while a message to it is proposed.
function wayTried(line) {
  const { action, back, contact } = callOf(current());
  if (back) return "back";
  if (isListed() && wayOfContact() === "call") return "list";
  const isWritten = line && action === "message" && contactKey(contact) === keyOfLine(line);
  return isWritten && !article().dataset.chose ? "write" : wayOfContact();
}

// Somebody on a contact list, or of whom a risk system warned, is told something and asks for nothing.
const isListed = () => article().dataset.script !== "call";

// Whether an outcome can follow, at any time.
const fitsWay = ({ fits }, way) => fits.includes(way) || (isListed() && fits.includes("list"));

function openMore(isOpen) {
  group.classList.toggle("open", isOpen);
  more.ariaExpanded = String(isOpen);
}

// What a ward says that is called back is said of goods it was promised: once its case ended.
const isFitting = (entry, way) => (
  fitsWay(entry, way) && (String(entry.likely) !== "back" || stateOf(current()).closed)
);

const showKey = (way, at) => { way.querySelector("kbd").textContent = at < 9 ? at + 1 : ""; };

// Show what fits the way, in the order of the table, five of it first; what is chosen and does not
// fit is chosen no longer.
function fitWays() {
  const line = lineChosen();
  const [way, tried] = [wayOfContact(), wayTried(line)];
  if (chosen() && !fitsWay(dispositions.get(chosen()), way)) unchoose();
  const shown = `${way} ${tried} ${stateOf(current()).closed} ${isListed()}`;
  if (group.dataset.shown === shown) return;
  group.dataset.shown = shown;
  const fitting = [...dispositions.values()].filter((entry) => isFitting(entry, way));
  const first = fitting.filter((entry) => entry.likely.includes(tried));
  const others = fitting.filter((entry) => !first.includes(entry));
  first.push(...others.splice(0, LIKELY - first.length));
  const labels = new Map(all(".way", group).map((label) => [label.querySelector("input").value, label]));
  const [likely, rare] = [first, others].map((entries) => entries.map(({ code }) => labels.get(code)));
  for (const label of labels.values()) {
    label.hidden = !likely.includes(label) && !rare.includes(label);
    label.classList.toggle("rare", rare.includes(label));
  }
  likely.forEach(showKey);
  rare.forEach(showKey);
  group.append(...likely, more, ...rare);
}

// The outcome of a digit: one of the likely, or where 更多 is open, of the others.
function wayOf(digit) {
  const rare = group.classList.contains("open");
  const list = all(".way:not([hidden])", group).filter((way) => way.classList.contains("rare") === rare);
  return list[digit - 1]?.querySelector("input");
}

const toggleMore = () => openMore(!group.classList.contains("open"));

export { fitWays, openMore, toggleMore, wayOf };
