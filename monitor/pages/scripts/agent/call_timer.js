// How long a call takes: from the tap on a number to the outcome that is noted for its case.
import { entries } from "../memory/entries.js";
import { forget, keep, read } from "../memory/storage.js";
import { byId, put } from "../shared/elements.js";
import { current } from "./panels.js";

const LONGEST = 2 * 3600000; // nobody hung up: a clock that ran longer tells nothing
const nameOf = (caseId) => `dial:${caseId}`;

// When a number of a case was dialled, null where none was or too long ago.
function dialledAt(caseId) {
  const at = read(nameOf(caseId));
  return at && Date.now() - at < LONGEST ? at : null;
}

// Seconds since then, for an outcome; null where no clock ran.
function secondsOf(caseId) {
  const at = dialledAt(caseId);
  return at === null ? null : Math.round((Date.now() - at) / 1000);
}

const lengthWords = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function showTimer() {
  const seconds = current() === null ? null : secondsOf(current());
  byId("timer").hidden = seconds === null;
  if (seconds !== null) put(byId("timer"), `☎ ${lengthWords(seconds)}`);
}

function startTimer() {
  if (current() === null) return;
  keep(nameOf(current()), Date.now());
  showTimer();
  document.dispatchEvent(new Event("dialled"));
}

// A browser takes a number or a text message for a page to leave for: nothing is lost, nobody is asked.
let leftAt = 0;

function leaveForTelephone() {
  leftAt = Date.now();
}

function keepTimer() {
  addEventListener("beforeunload", (event) => {
    if (Date.now() - leftAt < 1000) event.stopImmediatePropagation();
  }, { capture: true });
  document.addEventListener("click", ({ target }) => {
    if (!target.closest?.("a.dial")) return;
    leaveForTelephone();
    startTimer();
  });
  document.addEventListener("case-opened", showTimer);
  entries.onAdd(({ outcome }) => {
    if (outcome) forget(nameOf(outcome.case));
    showTimer();
  });
  setInterval(showTimer, 1000);
}

export { dialledAt, keepTimer, leaveForTelephone, lengthWords, secondsOf };
