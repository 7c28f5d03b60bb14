// How each case stands: what the page came with, this browser's entries on top of it, and what the
// rules of calling say of both.
import { contactKey, isDialled } from "../../../calling/page/contacts.js";
import { dialledElsewhere, ladder, markedBy } from "../../../calling/page/ladder.js";
import { nextCall } from "../../../calling/page/next_call.js";
import { compareRanks, groupOf, rankOf } from "../../../calling/page/order.js";
import { isUsable } from "../../../calling/page/story.js";
import { banOf, entries } from "./entries.js";
import { zone } from "../shared/times.js";
import { cases, dispositions, meaning, page } from "./page_data.js";

const attemptOf = ({ outcome }) => ({ ...outcome, mine: true });

// Every attempt of a case, the oldest first.
function pastOf(caseId) {
  const mine = entries.of(caseId).map(attemptOf);
  return [...cases.get(caseId).history, ...mine];
}

// What the store took in since the page was made, which its ladders do not have.
const taken = [];

// A callback that the store has by now, of this page's own entries or of somebody else's; whether
// it was news.
function learn(callback) {
  const known = cases.get(callback.case);
  if (!known || known.history.some(({ id }) => id === callback.id)) return false;
  known.closed ||= Boolean(meaning(callback).ends);
  known.history.push(callback);
  taken.push(callback);
  known.history.sort((a, b) => Date.parse(a.attempted_at) - Date.parse(b.attempted_at));
  forgetCalls(callback);
  return true;
}

// A contact that is on the do-not-call list by now.
function learnBan(decision) {
  taken.push(banOf(decision));
  forgetCalls();
}

const isBarred = (rung) => !isUsable(rung, Date.now());

// Contacts that were marked since the page was made, for all cases: by key, the outcome that did.
const markedHere = () => markedBy([...taken, ...entries.bans(), ...entries.outcomes()], dispositions, cases);

// What the rules say of each case; the same until something is noted or half a minute has passed.
const rulings = new Map();

// Forget it for the cases that share a contact with one, or for all.
function forgetCalls(outcome = null) {
  if (!outcome) {
    rulings.clear();
    return;
  }
  const key = outcome.contact && contactKey(outcome.contact);
  for (const [caseId, { rungs }] of rulings) {
    if (caseId === outcome.case || rungs.some((rung) => contactKey(rung) === key)) rulings.delete(caseId);
  }
}

// What became of a case's goods; what the ward was asked on this page it is not asked again.
function newsOf({ news, substitutes }) {
  const isAnswered = substitutes.every((id) => entries.answered(id));
  return news && isAnswered ? { ...news, asked_at: null } : news;
}

function rule(caseId) {
  const known = cases.get(caseId);
  const past = pastOf(caseId);
  const rungs = ladder(known.rungs, past, markedHere(), dispositions);
  const endings = past.filter((attempt) => meaning(attempt).ends && (known.closed || attempt.mine));
  const closed = known.closed || endings.length > 0;
  const call = nextCall({
    history: past,
    closed,
    rungs,
    rules: page.rules,
    zone: known.zone,
    now: Date.now(),
    elsewhere: dialledElsewhere(caseId, known.busy_elsewhere, entries.outcomes(), dispositions),
    leads: page.leads,
    stopped_at: known.stopped_at,
    news: newsOf(known),
  }, dispositions);
  return { past, rungs, call, closed, ended: call.action === "ended" ? endings.at(-1)?.disposition ?? null : null };
}

function ruledOf(caseId) {
  if (!rulings.has(caseId)) rulings.set(caseId, rule(caseId));
  return rulings.get(caseId);
}

const isRuled = (caseId) => rulings.has(caseId);
const callOf = (caseId) => ruledOf(caseId).call;
const rungsOf = (caseId) => ruledOf(caseId).rungs;
const numbersOf = (caseId) => rungsOf(caseId).filter((rung) => isDialled(rung) && !isBarred(rung));

// The state of a case now: whether it ended, what to do next and when.
function stateOf(caseId) {
  const { past, call, closed, ended } = ruledOf(caseId);
  return {
    closed,
    ended,
    call,
    agreed: ended ? null : call.agreed_at,
    quiet: ["lead", "never"].includes(call.action),
    stopped: call.reason === "stopped",
    handed: entries.handed(caseId),
    now: !entries.handed(caseId) && groupOf(call, Date.now(), zone) === "now",
    called: past.length > 0,
    confirmed: Boolean(dispositions.get(ended)?.confirms),
  };
}

// The ids of cases in the order in which to call at this moment.
function inOrder(caseIds) {
  const now = Date.now();
  const ranks = new Map(caseIds.map((caseId) => {
    const { past, call } = ruledOf(caseId);
    return [caseId, rankOf({ known: cases.get(caseId), called: past.length > 0, call }, now, zone)];
  }));
  return [...caseIds].sort((one, other) => compareRanks(ranks.get(one), ranks.get(other)));
}

const plain = (contact) => contact && { kind: contact.kind, value: contact.value };

// What the rules propose for every case at this moment, for whoever asks at a console or in a test.
// Instants are milliseconds.
function proposals() {
  return [...cases.keys()].map((caseId) => {
    const { contact, offer, ...call } = rule(caseId).call;
    return {
      case: caseId,
      ...call,
      contact: plain(contact),
      offer: offer && { at: offer.at, contact: plain(offer.contact) },
    };
  });
}

export {
  callOf, forgetCalls, inOrder, isBarred, isRuled, learn, learnBan, markedHere, numbersOf, pastOf, proposals, rungsOf,
  stateOf,
};
