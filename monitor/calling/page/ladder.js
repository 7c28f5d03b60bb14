// The ways to reach those who need, as ladder.py puts them, after what a page noted since it was
// made. Outcomes are those of the page's own entries; meanings are dispositions by code.
import { contactKey, typedContact } from "./contacts.js";

const marks = ["wrong", "dead", "barred"];

// The contacts that outcomes marked, for all cases: by key, the outcome that did.
function markedBy(outcomes, meanings) {
  const marking = outcomes.filter(({ contact, disposition }) => (
    contact && marks.includes(meanings.get(disposition)?.number)
  ));
  return new Map(marking.map((outcome) => [contactKey(outcome.contact), outcome]));
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
    if (!mark) return rung;
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
