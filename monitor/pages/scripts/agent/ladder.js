// The contact ladder of the open case: what was tried, what is barred, which one is proposed.
import { contactKey } from "../../../calling/page/contacts.js";
import { callOf, isBarred, markedHere, numbersOf, pastOf, rungsOf } from "../memory/cases.js";
import { cases, wordsOf } from "../memory/page_data.js";
import { all, byId } from "../shared/elements.js";
import { dayOf, shortTime } from "../shared/times.js";
import { _ } from "../shared/words.js";
import { grouped, kindOf } from "./contact_words.js";
import { article, current } from "./panels.js";
import { keyOfLine, lines } from "./rungs.js";

// A contact that someone was passed on to on the phone, as a line of the ladder.
function addRung(rung) {
  const line = byId("rung").content.firstElementChild.cloneNode(true);
  Object.assign(line.dataset, { kind: rung.kind, value: rung.value });
  line.querySelector("input").name = `about-${current()}`;
  line.querySelector(".kind").textContent = kindOf(rung);
  line.querySelector(".value").textContent = grouped(rung.value);
  line.querySelector(".copy").dataset.copy = rung.value;
  line.querySelector(".copy").ariaLabel = `${_("复制")} ${rung.value}`;
  const [who, heard] = [document.createElement("bdi"), document.createElement("span")];
  who.className = "who";
  who.textContent = rung.person ?? "";
  heard.textContent = _("电话里听到的");
  line.querySelector(".beside").append(...(rung.person ? [who, heard] : [heard]));
  line.dataset.heard = "1";
  article().querySelector(".rungs").prepend(line);
}

function triedWords(key) {
  const tried = pastOf(current()).filter((attempt) => attempt.contact && contactKey(attempt.contact) === key);
  const last = tried.at(-1);
  if (!last) return "";
  const values = { outcome: wordsOf(last.disposition), time: shortTime(Date.parse(last.attempted_at)), count: tried.length };
  return tried.length > 1
    ? _("上次 %(outcome)s %(time)s，共 %(count)s 次", values)
    : _("上次 %(outcome)s %(time)s", values);
}

function barHere(line, outcome) {
  const until = outcome.barred_until;
  const words = wordsOf(outcome.disposition);
  line.classList.add("barred");
  line.querySelector("input").disabled = true;
  line.querySelector("input").checked = false;
  all(".copy, .copy-message, .dial, .visit", line).forEach((way) => { way.hidden = true; });
  line.querySelector(".barred-words").textContent = until
    ? _("%(words)s，至 %(date)s", { words, date: dayOf(Date.parse(until)) || _("今天") })
    : words;
}

// A mark of this browser that was undone, and one that ended, gives the line back.
function unbar(line) {
  if (!line.dataset.mine) return;
  delete line.dataset.mine;
  line.classList.remove("barred");
  line.querySelector("input").disabled = false;
  all(".copy, .copy-message, .dial, .visit", line).forEach((way) => { way.hidden = false; });
  line.querySelector(".barred-words").textContent = "";
}

// The lines that calls from here gave: those of undone ones go, new ones come.
function showHeard(rungs) {
  const keys = new Set(rungs.map(contactKey));
  for (const line of lines()) {
    if (line.dataset.heard && !keys.has(keyOfLine(line))) line.remove();
  }
  const there = new Set(lines().map(keyOfLine));
  const heard = rungs.filter((rung) => rung.heard && !there.has(contactKey(rung)));
  for (const rung of heard.reverse()) addRung(rung);
}

// A mark that the page came with may end while the page lies open.
const isOver = (line, rung) => line.matches(".barred") && !line.dataset.mine && rung && !isBarred(rung);

function showMark(line, mark, rung) {
  if (isOver(line, rung)) line.dataset.mine = "1";
  if (!mark) {
    unbar(line);
  } else if (!line.classList.contains("barred")) {
    line.dataset.mine = "1";
    barHere(line, mark);
  }
}

// A number that a later post asks not to call: whether it is for a person to bar, or barred by now.
function showAsked(line, mark) {
  line.querySelector(".asked-off").hidden = Boolean(mark);
  line.querySelector(".asked-off-noted").hidden = !mark;
}

function showProposed(line, wanted, words) {
  const isProposed = keyOfLine(line) === wanted && !line.classList.contains("barred");
  line.classList.toggle("proposed", isProposed);
  if (!isProposed) return;
  line.querySelector(".call-this").textContent = words;
  const folded = line.closest("details");
  if (folded) folded.open = true;
}

function showLadder() {
  showHeard(rungsOf(current()));
  const rungs = new Map(rungsOf(current()).map((rung) => [contactKey(rung), rung]));
  const marked = markedHere();
  const { contact, action } = callOf(current());
  const wanted = contact && contactKey(contact);
  const { unwanted } = cases.get(current());
  for (const line of lines()) {
    const key = keyOfLine(line);
    showMark(line, marked.get(key), rungs.get(key));
    if (unwanted.includes(key)) showAsked(line, marked.get(key));
    line.querySelector(".tried").textContent = triedWords(key);
    showProposed(line, wanted, action === "call" ? _("拨这个") : _("发这里"));
  }
  const isAsked = ["switchboard", "unreachable"].includes(action);
  article().querySelector(".switchboard").hidden = numbersOf(current()).length > 0 && !isAsked;
}

export { showLadder };
