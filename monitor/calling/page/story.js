// What a case's callbacks say so far, as story.py tells it.
import { contactKey, isDialled, kinded, typedContact } from "./contacts.js";

const earlyBy = 10 * 60000;

// Whether no mark stands against it; a mark may end after the page was made.
function isUsable({ barred }, now) {
  return !barred || (Boolean(barred.until) && Date.parse(barred.until) <= now);
}

const latestOf = (list, test) => list.findLast(test)?.place;

// The history in the order in which it was noted, without what no disposition explains.
function notedIn(history, now, meanings) {
  return history
    .map((callback) => {
      // An entry of the page has what was typed, and a proposal names a contact as the store will.
      const contact = callback.contact && kinded(callback.contact);
      const entry = { ...callback, contact, new_contact: typedContact(callback.new_contact) };
      // Nothing was yet to come when it was noted: a clock that runs ahead moves no call.
      const at = Math.min(Date.parse(entry.attempted_at), now);
      return { entry, at, means: meanings.get(entry.disposition) };
    })
    .filter(({ means }) => means)
    .sort((a, b) => a.at - b.at)
    .map((found, place) => {
      const { contact } = found.entry;
      const dialled = found.means.number !== "-" && (!contact || isDialled(contact));
      return { ...found, place, dialled, key: contact ? contactKey(contact) : null };
    });
}

// The last message, where nobody was called since.
function messageStanding(messages, counted) {
  const last = messages.at(-1);
  return last && last.place > (counted.at(-1)?.place ?? -1) ? last : null;
}

const isHanded = ({ means }) => means.next === "contact" && means.number === "reached";

// history: callbacks and outcomes. rungs: best first. meanings: dispositions by code. leads: who may
// take back a case from the lead; empty for everyone.
function tell(history, rungs, now, meanings, leads) {
  const noted = notedIn(history, now, meanings);
  const undone = latestOf(noted, ({ means }) => means.next === "end") ?? -1;
  const recent = noted.filter(({ place }) => place > undone);
  const barred = new Set(rungs.filter((rung) => !isUsable(rung, now)).map(contactKey));
  const counted = noted.filter(({ dialled, means, key }) => (
    dialled && !["wrong", "dead"].includes(means.number) && !barred.has(key)
  ));
  const answered = latestOf(recent, ({ means }) => means.number === "reached") ?? undone;
  const isMessage = ({ means, key }) => means.next === "message" && !barred.has(key);
  const isSilent = ({ means, place }) => means.number === "unanswered" && place > answered;
  const messages = recent.filter(isMessage);
  const { quiet, aware } = quietOf(noted, leads);
  const agreed = agreedOf(recent);
  const isKept = !quiet || (quiet.means.next === "never" && aware.has(agreed?.place));
  return {
    counted,
    unanswered: counted.filter(isSilent),
    messages,
    message: messageStanding(messages, counted),
    handed: recent.findLast(isHanded) ?? null,
    agreed: isKept ? agreed : null,
    quiet,
    last: recent.at(-1) ?? null,
  };
}

// The last callback with an agreed time, unless a later call settled it. A call before that time
// which nobody answered settles nothing: the time was promised.
function agreedOf(recent) {
  const agreed = recent.findLast(({ entry }) => entry.call_again_at) ?? null;
  if (!agreed) return null;
  const promised = Date.parse(agreed.entry.call_again_at);
  const settled = recent.some(({ place, dialled, at, means }) => place > agreed.place && dialled
    && (at >= promised - earlyBy || ["reached", "barred"].includes(means.number)));
  return settled ? null : agreed;
}

const asksForQuiet = ({ means }) => ["lead", "never"].includes(means.next);

// Whether a callback that knows of the quiet ends it.
function endsQuiet({ entry }, quiet, leads) {
  const isAllowed = !leads.length || leads.includes(entry.agent);
  return isAllowed && (quiet.means.next === "lead" || Boolean(entry.new_contact));
}

// The callback that keeps a case quiet, and the places of those noted knowing of it. Whoever
// noted something without knowing of it, on a page made before, takes nothing back.
function quietOf(noted, leads) {
  let quiet = null;
  let ids = new Set();
  let aware = new Set();
  for (const one of noted) {
    const { entry, place } = one;
    const after = entry.after_id ?? null;
    if (asksForQuiet(one) && quiet?.means.next !== "never") {
      quiet = one;
      ids = new Set([entry.id]);
      aware = new Set();
    } else if (quiet && (after === null || ids.has(after))) {
      ids.add(entry.id);
      aware.add(place);
      if (endsQuiet(one, quiet, leads)) quiet = null;
    }
  }
  return { quiet, aware };
}

export { earlyBy, isUsable, notedIn, tell };
