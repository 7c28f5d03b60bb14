// Noting an outcome and taking it back, and where the page goes then.
import { callOf } from "../memory/cases.js";
import { entries } from "../memory/entries.js";
import { meaning, page, wordsOf } from "../memory/page_data.js";
import { nearTime, wall } from "../shared/times.js";
import { _ } from "../shared/words.js";
import { banWords } from "./bans.js";
import { toast } from "./copying.js";
import { refresh } from "./counts.js";
import { asksFor } from "./form.js";
import { goodsOf } from "./goods.js";
import { nextToCall, nextTurn } from "./list.js";
import { missing, outcomeOf } from "./noting.js";
import { go, openCase } from "./opening.js";
import { article, current } from "./panels.js";
import { showHistory } from "./past.js";
import { rowOf } from "./rows.js";

function saveOutcome() {
  if (current() === null) return;
  const confirms = asksFor("goods");
  const ticked = confirms ? goodsOf(article()).filter((item) => item.ticked) : [];
  const lack = missing(ticked);
  if (lack) {
    toast(lack.words);
    lack.field()?.focus();
    return;
  }
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
    stay(`${_("现在能拨的都拨完了。")}${turnWords(nextTurn())}${entries.unsaved().length ? _("记得保存结果。") : ""}`);
  }
}

function turnWords(turn) {
  if (!turn) return "";
  const time = nearTime(turn.at);
  return turn.agreed ? _("下一次约定 %(time)s。", { time }) : _("下一个 %(time)s 后可拨。", { time });
}

const localWords = (time) => (time ? wall(Date.parse(time)) : "");

// The draft that an outcome was noted from.
function draftOf({ disposition, note, call_again_at: again, barred_until: until, items, contact, new_contact: heard }) {
  return {
    disposition,
    note,
    again: localWords(again),
    until: localWords(until).slice(0, 10),
    newValue: heard?.value ?? "",
    newPerson: heard?.person ?? "",
    about: contact,
    edited: items.length ? "1" : "",
    items: items.map(({ name, quantity, unit }) => ({ name, quantity: quantity ?? "", unit: unit ?? "", ticked: true })),
  };
}

function undoDecision(entry) {
  entries.remove(entry);
  refresh();
  openCase(entry.decision.case);
  const { decision } = entry;
  const outcome = decision.contact ? banWords(decision) : _("案 %(number)s", { number: decision.other });
  toast(_("已撤销：%(outcome)s。", { outcome }));
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

function saveFile() {
  const file = entries.toFile();
  download(file, `outcomes-${page.agent}-${page.date}.json`);
  toast(_("已把 %(count)s 条结果存进文件。请交给组长。", { count: file.outcomes.length + file.decisions.length }));
  refresh();
  if (current() !== null) showHistory();
}

export { saveFile, saveOutcome, undo };
