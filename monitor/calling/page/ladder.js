// The ways to reach those who need, as ladder.py puts them, after what a page noted since it was
// made. Outcomes are those of the page's own entries; meanings are dispositions by code.
import { contactKey, isDialled, typedContact } from "./contacts.js";

const marks = ["wrong", "dead", "barred"];

// Whether a mark stands at least as long as one before it; else it takes nothing from that one.
const outlasts = (until, before) => !until || (Boolean(before) && Date.parse(until) >= Date.parse(before));

// The contacts that a mark is for where the outcome does not tell which was tried, as
// meant_by_mark() has it. rungs: of the case, past: what was noted for it before.
function meantByMark(mark, rungs, past) {
  const contacts = rungs.filter(({ kind }) => kind !== "post");
  const numbers = contacts.filter(isDialled);
  if (numbers.length === 1) return numbers;
  if (mark !== "barred") return [];
  const before = past.map(({ contact }) => contact).findLast((contact) => contact && isDialled(contact));
  if (before) return [before];
  return numbers.length ? numbers : contacts;
}

// The contacts that outcomes marked, for all cases: by key, the outcome whose mark ends last.
// cases: by id, with the rungs and the history that the page came with.
function markedBy(outcomes, meanings, cases) {
  const marked = new Map();
  outcomes.forEach((outcome, at) => {
    const { number: mark, fits } = meanings.get(outcome.disposition) ?? {};
    if (!marks.includes(mark)) return;
    const wanted = fits.includes("call") ? meant : () => [];
    for (const contact of outcome.contact ? [outcome.contact] : wanted(outcome, mark, at)) {
      const key = contactKey(contact);
      const before = marked.get(key);
      if (!before || outlasts(outcome.barred_until, before.barred_until)) marked.set(key, outcome);
    }
  });
  return marked;

  function meant(outcome, mark, at) {
    const known = cases.get(outcome.case);
    if (!known) return [];
    const mine = outcomes.slice(0, at).filter((other) => other.case === outcome.case);
    const past = [...known.history, ...mine];
    return meantByMark(mark, ladder(known.rungs, past, new Map(), meanings), past);
  }
}

// The ladder of a case, best first: known, as the page came with it, with the contacts that were
// named in its past, the last one first. marked: as markedBy() has them.
function ladder(known, past, marked, meanings) {
  const heard = past.map((attempt) => attempt.new_contact).filter(Boolean).reverse();
  if (!marked.size && !heard.length) return known;
  const named = heard.map((contact) => (
    { barred: null, zone: null, ...typedContact(contact), heard: true }
  ));
  const rungs = new Map();
  for (const rung of [...named, ...known]) {
    const key = contactKey(rung);
    rungs.set(key, { ...rung, ...rungs.get(key), barred: rung.barred, zone: rung.zone });
  }
  return [...rungs].map(([key, rung]) => {
    const mark = marked.get(key);
    if (!mark || (rung.barred && !outlasts(mark.barred_until, rung.barred.until))) return rung;
    const { disposition, note, barred_until: until } = mark;
    return { ...rung, barred: { mark: meanings.get(disposition).number, reason: note, until } };
  });
}

// When numbers were dialled for other cases, by key: known, as the page came with it, and outcomes.
function dialledElsewhere(caseId, known, outcomes, meanings) {
  const times = { ...known };
  for (const { case: other, contact, disposition, attempted_at: at } of outcomes) {
    if (other === caseId || !contact || meanings.get(disposition)?.number === "-") continue;
    const key = contactKey(contact);
    times[key] = [...(times[key] ?? []), at];
  }
  return times;
}

export { dialledElsewhere, ladder, markedBy };
