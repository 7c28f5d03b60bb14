// Opening a case: what was noted here, what it asks for, the script that goes with it.
import { stateOf } from "../memory/cases.js";
import { entries } from "../memory/entries.js";
import { cases, page } from "../memory/page_data.js";
import { byId, put } from "../shared/elements.js";
import { zone } from "../shared/times.js";
import { _ } from "../shared/words.js";
import { showDue } from "./counts.js";
import { showLadder } from "./ladder.js";
import { showFresh } from "./looks.js";
import { fillForm, showOffer } from "./outcome.js";
import { article, current, panelOf, setCurrent } from "./panels.js";
import { showHistory } from "./past.js";
import { clearProblem } from "./problems.js";
import { whyOf } from "./reasons.js";
import { caseOf, rowOf } from "./rows.js";
import { chooseStep, fillFacts, foldSteps } from "./script.js";
import { openingStep } from "./steps.js";
import { showSuggestions } from "./suggestions.js";
import { openMore } from "./ways.js";

// Why the case stands where it stands, at its head too.
function showReason() {
  const why = whyOf(current(), stateOf(current()));
  const holder = article().querySelector(".reason");
  holder.className = `reason ${why.tone}`;
  holder.firstElementChild.textContent = why.sign;
  put(holder.querySelector(".words-now"), [why.head, why.more].filter(Boolean).join(" · "));
  const there = cases.get(current()).zone;
  const clock = there && there !== zone
    ? new Intl.DateTimeFormat("sv-SE", { timeZone: there, hour: "2-digit", minute: "2-digit" }).format(Date.now())
    : "";
  put(article().querySelector(".there"), clock ? ` · ${_("当地 %(clock)s", { clock })}` : "");
}

function openCase(caseId, { focus = false } = {}) {
  document.dispatchEvent(Object.assign(new Event("case-asked"), { caseId }));
  if (!panelOf(caseId)) return;
  rowOf.get(current())?.removeAttribute("aria-current");
  setCurrent(caseId);
  const row = rowOf.get(caseId);
  row.setAttribute("aria-current", "true");
  row.scrollIntoView({ block: "nearest" });
  byId("reading").scrollTop = 0;
  article().querySelector(".aside").append(document.querySelector(".script"));
  article().querySelector(".aside").scrollTop = 0;
  openMore(false);
  foldSteps(true);
  clearProblem();
  showReason();
  showLadder();
  chooseStep(openingStep());
  fillForm(entries.draft(caseId));
  fillFacts();
  showOffer();
  showHistory();
  showSuggestions();
  showDue();
  showFresh();
  document.body.classList.remove("at-rest");
  document.body.classList.toggle("left-alone", stateOf(caseId).quiet && !page.lead);
  if (focus) byId(`t${caseId}`).focus({ preventScroll: true });
  document.dispatchEvent(new Event("case-opened"));
}

// Nothing is left to call now: no case is open, and no key notes anything for one.
function putDown() {
  rowOf.get(current())?.removeAttribute("aria-current");
  setCurrent(null);
  history.replaceState(null, "", "#list");
  document.body.classList.remove("reading-case", "quiet", "left-alone");
  document.body.classList.add("at-rest");
  document.dispatchEvent(new Event("case-opened"));
}

function go(row) {
  if (!row) return;
  history.replaceState(null, "", `#c${row.dataset.case}`);
  openCase(caseOf(row));
}

function fromAddress() {
  const found = /^#c(\d+)$/.exec(location.hash);
  document.body.classList.toggle("reading-case", Boolean(found));
  if (found) openCase(Number(found[1]), { focus: true });
}

// A link's case is open before the next key comes: the browser goes to an address by and by, and
// what is pressed meanwhile would be noted for the case before.
function follow(link) {
  if (link.hash !== location.hash) history.pushState(null, "", link.hash);
  fromAddress();
}

export { follow, fromAddress, go, openCase, putDown, showReason };
