// The ways to reach those who need, as ladder.py puts them, after what a page noted since it was
// made. Outcomes are those of the page's own entries; meanings are dispositions by code.
import { contactKey, typedContact } from "./contacts.js";

const marks = ["wrong", "dead", "barred"];

// Whether a mark stands at least as long as one before it; else it takes nothing from that one.
const outlasts = (until, before) => !until || (Boolean(before) && Date.parse(until) >= Date.parse(before));

// The contacts that outcomes marked, for all cases: by key, the outcome whose mark ends last.
function markedBy(outcomes, meanings) {
  const marked = new Map();
  for (const outcome of outcomes) {
    const { contact, disposition, barred_until: until } = outcome;
    if (!contact || !marks.includes(meanings.get(disposition)?.number)) continue;
    const key = contactKey(contact);
    if (!marked.has(key) || outlasts(until, marked.get(key).barred_until)) marked.set(key, outcome);
  }
  return marked;
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
