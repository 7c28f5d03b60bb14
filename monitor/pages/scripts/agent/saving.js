// Noting an outcome and taking it back, and where the page goes then.
import { callOf } from "../memory/cases.js";
import { entries } from "../memory/entries.js";
import { meaning, page, wordsOf } from "../memory/page_data.js";
import { encrypted, seal } from "../memory/seal.js";
import { wall } from "../shared/times.js";
import { _ } from "../shared/words.js";
import { banWords } from "./bans.js";
import { toast } from "./copying.js";
import { refresh } from "./arranging.js";
import { asksFor } from "./form.js";
import { goodsOf } from "./goods.js";
import { handWords } from "./hand.js";
import { nextToCall } from "./list.js";
import { missing, outcomeOf } from "./noting.js";
import { go, openCase, putDown } from "./opening.js";
import { article, current } from "./panels.js";
import { showHistory } from "./past.js";
import { clearProblem, problemShown, showProblem } from "./problems.js";
import { restWords, showRest } from "./rest.js";
import { rowOf } from "./rows.js";
import { answerWords } from "./substitutes.js";

function saveOutcome() {
  if (current() === null) return;
  const confirms = asksFor("goods");
  const ticked = confirms ? goodsOf(article()).filter((item) => item.ticked) : [];
  const lack = missing(ticked, problemShown());
  if (lack) {
    showProblem(lack.words, lack.field());
    return;
  }
  clearProblem();
  const quiet = document.body.classList.contains("quiet");
  const outcome = outcomeOf(ticked);
  entries.add(outcome);
  // Amounts corrected on a call that settles nothing are there again on the next one.
  const edited = article().dataset.edited;
  entries.setDraft(current(), edited && !confirms ? { items: goodsOf(article()), edited } : null);
  refresh(outcome);
  document.activeElement?.blur();
  const noted = _("已记：%(outcome)s。按 U 撤销。", { outcome: wordsOf(outcome.disposition) });
  if (quiet) stay(noted);
  else if (endsRound(outcome)) stay(`${noted}${_("这一轮没人接，发条消息再走（M）。")}`);
  else moveOn(noted);
}

// Whether it was the last call of a round that nobody answered, and a message may go out now.
function endsRound(outcome) {
  const { offer, unanswered } = callOf(current());
  return Boolean(offer) && offer.at <= Date.now() && meaning(outcome).number === "unanswered"
    && unanswered % page.rules.round === 0;
}

function stay(words) {
  openCase(current());
  toast(words);
}

function moveOn(noted) {
  const row = nextToCall();
  if (row) {
    go(row);
    toast(noted);
  } else {
    putDown();
    showRest();
    toast(`${noted}${restWords()}`);
  }
}

const localWords = (time) => (time ? wall(Date.parse(time)) : "");

// The draft that an outcome was noted from.
function draftOf(outcome) {
  const { disposition, note, call_again_at: again, barred_until: until, items, contact, new_contact: heard } = outcome;
  return {
    disposition,
    note,
    again: localWords(again),
    until: localWords(until).slice(0, 10),
    newValue: heard?.value ?? "",
    newPerson: heard?.person ?? "",
    nextNeed: localWords(outcome.next_need_at).slice(0, 10),
    arrived: outcome.arrived ?? "",
    fits: { true: "yes", false: "no" }[outcome.fits] ?? "",
    about: contact,
    edited: items.length ? "1" : "",
    items: items.map(({ name, quantity, unit }) => ({ name, quantity: quantity ?? "", unit: unit ?? "", ticked: true })),
  };
}

function decisionWords(decision) {
  if (decision.contact) return banWords(decision);
  if (decision.to) return handWords(decision.to);
  if (decision.substitute) return answerWords(decision.decision);
  return _("求助 %(number)s", { number: decision.other });
}

function undoDecision(entry) {
  entries.remove(entry);
  refresh();
  openCase(entry.decision.case);
  const { decision } = entry;
  toast(_("已撤销：%(outcome)s。", { outcome: decisionWords(decision) }));
}

function undo() {
  const entry = entries.unsaved().at(-1);
  if (!entry) {
    toast(page.live ? _("没有可以撤销的；已经送出的，请再记一条来更正。") : _("没有可以撤销的；已存进文件的，请再记一条来更正。"));
    return;
  }
  if (entry.decision) {
    undoDecision(entry);
    return;
  }
  const { case: caseId, disposition } = entry.outcome;
  entries.remove(entry);
  entries.setDraft(caseId, draftOf(entry.outcome));
  refresh(entry.outcome);
  if (rowOf.has(caseId)) go(rowOf.get(caseId));
  toast(_("已撤销：%(outcome)s。", { outcome: wordsOf(disposition) }));
}

function download(file, name) {
  const link = document.createElement("a");
  const blob = new Blob([JSON.stringify(file, null, 1) + "\n"], { type: "application/json" });
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// The file as it is handed over: under the page's passphrase where it has one.
async function underPassphrase(file) {
  const { salt, iterations, key } = seal;
  const sealed = await encrypted(key, JSON.stringify(file));
  return { format: "distress-outcomes-sealed", version: 1, agent: file.agent, store: file.store, sealed: { salt, iterations, ...sealed } };
}

async function saveFile() {
  const file = entries.toFile();
  download(seal ? await underPassphrase(file) : file, `outcomes-${page.agent}-${page.date}.json`);
  toast(_("已把 %(count)s 条结果存进文件。请交给组长。", { count: file.outcomes.length + file.decisions.length }));
  refresh();
  if (current() !== null) showHistory();
}

export { saveFile, saveOutcome, undo };
