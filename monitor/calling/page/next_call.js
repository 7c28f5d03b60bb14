// Whom to call next and when, as next_call.py proposes it. Instants go out as milliseconds.
import { callBack } from "./back.js";
import { contactKey, isDialled } from "./contacts.js";
import { isUsable, tell } from "./story.js";
import { firstMoment, openParts, partOf } from "./zones.js";

const lateBy = 30 * 60000;

const isRetry = ({ means }) => means.next === "retry";

// Of a round under way, the unanswered calls.
function roundOf({ told, rules }) {
  const done = told.unanswered.length;
  return told.unanswered.slice(done - (done % rules.round));
}

// The parts of a day that had the fewest unanswered calls of this round.
function partsLeft(asked, zoneName) {
  const { rules } = asked;
  const had = roundOf(asked).filter(isRetry).map(({ at }) => partOf(at, zoneName, rules).part);
  const callsIn = (part) => had.filter((one) => one === part).length;
  const open = openParts(rules).map(({ part }) => part);
  const fewest = Math.min(...open.map(callsIn));
  return new Set(open.filter((part) => callsIn(part) === fewest));
}

// The calls that count against another one to a contact: those to itself, and all since whoever
// answered named it. key: null for a number not known yet.
function callsBefore({ told, elsewhere }, key) {
  const since = told.handed?.place ?? -1;
  const here = told.counted.filter((one) => one.place > since || (key !== null && one.key === key));
  const others = key === null ? [] : elsewhere[key] ?? [];
  return { here, times: [...here.map(({ at }) => at), ...others.map((at) => Date.parse(at))] };
}

// When a contact becomes due, and when to call from now on.
function callMoments(asked, rung, earliest = null) {
  const { rules, now } = asked;
  const zoneName = rung?.zone ?? asked.zone;
  const { here, times } = callsBefore(asked, rung ? contactKey(rung) : null);
  const taken = new Set(here.filter(isRetry).map(({ at }) => {
    const { date, part } = partOf(at, zoneName, rules);
    return `${date}/${part}`;
  }));
  const days = times.map((at) => partOf(at, zoneName, rules).date);
  const callsOn = (day) => days.filter((other) => other === day).length;
  const full = new Set(days.filter((day) => callsOn(day) >= rules.daily));
  const parts = here.length && isRetry(here.at(-1)) ? partsLeft(asked, zoneName) : null;
  const floors = times.length ? [Math.max(...times) + rules.gap * 1000] : [];
  if (earliest !== null) floors.push(earliest);
  const first = floors.length ? Math.max(...floors) : now;
  const due = firstMoment(first, zoneName, rules, { taken, full, parts });
  return { due, at: firstMoment(Math.max(due, now), zoneName, rules) };
}

const rungOf = (rungs, contact) => rungs.find((rung) => contactKey(rung) === contactKey(contact));

function keepAgreed(asked) {
  const { told, rungs, now } = asked;
  if (!told.agreed) return null;
  const { entry } = told.agreed;
  const contact = entry.new_contact ?? entry.contact ?? null;
  const named = contact && rungOf(rungs, contact);
  if (named && !isUsable(named, now)) return null;
  const isNumber = contact && isDialled(contact);
  const rung = isNumber ? named : numbersOf(asked)[0] ?? named;
  const promised = Date.parse(entry.call_again_at);
  const at = whenPromised(asked, rung, promised);
  return { action: "call", at, contact: rung ?? contact, reason: "agreed", agreed_at: promised };
}

// A promise is kept at its time, whatever hour that is; one that is late waits for calling hours.
function whenPromised({ rules, zone, now }, rung, promised) {
  const at = Math.max(promised, now);
  return at - promised > lateBy ? firstMoment(at, rung?.zone ?? zone, rules) : at;
}

// The call is taken back that a later post makes needless, unless somebody answered since.
function keepStopped({ told, stopped }) {
  if (told.quiet || stopped === null) return null;
  const answered = ({ means, at }) => means.number === "reached" && at > stopped;
  if (told.counted.some(answered)) return null;
  return { action: "lead", at: null, contact: null, reason: "stopped" };
}

function keepQuiet({ told }) {
  if (!told.quiet) return null;
  return told.quiet.means.next === "lead"
    ? { action: "lead", at: null, contact: null, reason: "in distress" }
    : { action: "never", at: null, contact: null, reason: "never" };
}

function writeToNamed(asked) {
  const { told, rungs, now } = asked;
  const named = told.handed?.entry.new_contact;
  if (told.handed !== told.last || !named || isDialled(named)) return null;
  const rung = rungs.find((one) => contactKey(one) === contactKey(named) && isUsable(one, now));
  return rung ? proposeMessage(asked, rung, "new contact") : null;
}

// The number with the fewest unanswered calls in this round, then in all.
function leastTried(asked, numbers) {
  const inRound = roundOf(asked);
  const { unanswered } = asked.told;
  const tries = (list, number) => list.filter(({ key }) => key === contactKey(number)).length;
  return [...numbers].sort((a, b) => (
    tries(inRound, a) - tries(inRound, b) || tries(unanswered, a) - tries(unanswered, b)
  ))[0];
}

function proposeCalls(asked) {
  const { told, rules, now } = asked;
  const numbers = numbersOf(asked);
  const done = told.unanswered.length;
  const later = rules.after_message * 1000;
  if (done >= rules.round * rules.rounds) {
    const tried = new Set(told.counted.map(({ key }) => key));
    const untried = numbers.find((number) => !tried.has(contactKey(number)));
    return untried ? proposeCall(asked, untried, "new") : proposeOtherWay(asked);
  }
  if (!numbers.length) return null;
  const rung = leastTried(asked, numbers);
  if (told.message) return proposeCall(asked, rung, "after message", told.message.at + later);
  if (done && done % rules.round === 0) {
    const answerBy = told.unanswered.at(-1).at + later;
    const way = wayToWrite(asked);
    if (way && now < callMoments(asked, rung, answerBy).due) {
      return proposeMessage(asked, way, "round over");
    }
    return proposeCall(asked, rung, "next round", answerBy);
  }
  return proposeCall(asked, rung, whyCalled(asked, rung));
}

function proposeWriting(asked) {
  const { told, rungs, rules, now } = asked;
  const [unsent] = unsentOf(asked);
  if (told.message) {
    const answerBy = told.message.at + rules.after_message * 1000;
    if (now < answerBy) {
      const contact = told.message.entry.contact ?? null;
      return { action: "wait", at: answerBy, contact, reason: "message sent" };
    }
  }
  if (unsent) return proposeMessage(asked, unsent, "no number");
  const ending = rungs
    .filter((rung) => isDialled(rung) && rung.barred?.until && !isUsable(rung, now))
    .sort((a, b) => Date.parse(a.barred.until) - Date.parse(b.barred.until))[0];
  if (ending) {
    const at = firstMoment(Date.parse(ending.barred.until), ending.zone ?? asked.zone, rules);
    return { action: "wait", at, contact: ending, reason: "barred until" };
  }
  const reason = rungs.length ? "no way left" : "no contact";
  return { action: "switchboard", at: callMoments(asked, null).at, contact: null, reason };
}

function proposeOtherWay(asked) {
  const { told, rules, now } = asked;
  const [unsent] = unsentOf(asked);
  const answerBy = told.message ? told.message.at + rules.after_message * 1000 : now;
  const earliest = Math.max(now, answerBy);
  const at = unsent ? earliest : callMoments(asked, null, earliest).at;
  return { action: "unreachable", at, contact: unsent ?? null, reason: "rounds over" };
}

function whyCalled({ told: { last, unanswered }, back }, rung) {
  const first = back?.reason ?? "new";
  if (!last) return first;
  if (last.means.next === "contact") {
    const named = last.entry.new_contact;
    return named && contactKey(named) === contactKey(rung) ? "new contact" : "next contact";
  }
  if (last.means.next === "soon") return "busy";
  return unanswered.length ? "retry" : first;
}

// The numbers that may be called; who asked to call another, only where alone.
function numbersOf({ told, rungs, now }) {
  const usable = rungs.filter((rung) => isDialled(rung) && isUsable(rung, now));
  const others = usable.filter((rung) => contactKey(rung) !== told.handed?.key);
  return others.length ? others : usable;
}

function unsentOf({ told, rungs, now }) {
  const sent = new Set(told.messages.map(({ key }) => key));
  const written = rungs.filter((rung) => !isDialled(rung) && isUsable(rung, now));
  return written.filter((rung) => !sent.has(contactKey(rung)));
}

// The contact to write to after a round: one that had the fewest messages.
function wayToWrite({ told, rungs, now }) {
  const sent = (rung) => told.messages.filter(({ key }) => key === contactKey(rung)).length;
  const spoken = ["phs", "landline"];
  const ways = rungs.filter((rung) => isUsable(rung, now) && !spoken.includes(rung.kind));
  return ways.sort((a, b) => sent(a) - sent(b))[0] ?? null;
}

function proposeMessage(asked, rung, reason) {
  return { action: "message", at: whenToWrite(asked, rung), contact: rung, reason };
}

// A message goes out at once, but a telephone does not hum at night.
function whenToWrite({ now, rules, zone }, rung) {
  return isDialled(rung) ? firstMoment(now, rung.zone ?? zone, rules) : now;
}

// The message of a round stays on offer until it was sent, beside whatever call is due by now.
function offerOf(asked, { action, at, contact, reason }) {
  if (["message", "unreachable"].includes(action) && contact) return { contact, at };
  const { told } = asked;
  const done = told.unanswered.length - roundOf(asked).length;
  if (told.quiet || !done || reason === "stopped") return null;
  if (told.messages.some(({ place }) => place > told.unanswered[done - 1].place)) return null;
  const way = wayToWrite(asked);
  return way && { contact: way, at: whenToWrite(asked, way) };
}

function proposeCall(asked, rung, reason, earliest = null) {
  return { action: "call", at: callMoments(asked, rung, earliest).at, contact: rung, reason };
}

// What to do next for a case. given: history (callbacks and outcomes, as the page and its entries
// have them), rungs (best first), rules, zone, now (an instant), closed, elsewhere, leads and
// stopped_at and news, as monitor/digest/page_data.py makes them. meanings: dispositions by code.
function nextCall(given, meanings) {
  const back = given.closed ? callBack(given, meanings) : null;
  if (given.closed && !(back?.at <= given.now)) {
    const ended = { action: "ended", at: null, contact: null, reason: "ended" };
    return { ...ended, round: 1, unanswered: 0, agreed_at: null, offer: null, back: null };
  }
  return { ...proposed(given, meanings, back), back: back?.reason ?? null };
}

// What to do next for a case that is open, or called back.
function proposed(given, meanings, back) {
  const { history, rungs, rules, now } = given;
  const told = tell(history, rungs, now, meanings, given.leads ?? []);
  const stopped = given.stopped_at ? Date.parse(given.stopped_at) : null;
  const elsewhere = given.elsewhere ?? {};
  const asked = { told, rungs, rules, zone: given.zone, now, elsewhere, stopped, back };
  const proposal = keepStopped(asked) ?? keepAgreed(asked) ?? keepQuiet(asked) ?? writeToNamed(asked)
    ?? proposeCalls(asked) ?? proposeWriting(asked);
  const unanswered = told.unanswered.length;
  const round = Math.min(Math.floor(unanswered / rules.round) + 1, rules.rounds);
  const offer = offerOf(asked, proposal);
  return { agreed_at: null, ...proposal, round, unanswered, offer };
}

export { nextCall };
