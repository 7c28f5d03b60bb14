// What is known of each case: what the page came with, and this browser's entries on top of it.
const dispositions = new Map(page.dispositions.map((entry) => [entry.code, entry]));
const cases = new Map(page.cases.map((entry) => [entry.id, entry]));
const rows = all(".row");
const rowOf = new Map(rows.map((row) => [Number(row.dataset.case), row]));
const kinds = {
  mobile: _("手机"), phs: _("小灵通"), landline: _("座机"), wechat: _("微信"), qq: _("QQ"), email: _("邮箱"),
  post: _("私信"),
};
const { contactKey, isDialled, isUsable } = caseStory;
const script = document.querySelector(".script");
let current = null;

const article = () => unfolded.get(current);
const wordsOf = (code) => dispositions.get(code)?.words ?? code;
const meaning = (attempt) => dispositions.get(attempt.disposition) ?? {};

const attemptOf = ({ outcome }) => ({ ...outcome, mine: true });

// Every attempt of a case, the oldest first.
function pastOf(caseId) {
  const mine = entries.of(caseId).map(attemptOf);
  return [...cases.get(caseId).history, ...mine];
}

// A callback that the store has by now: of this page's own entries, or of somebody else's.
function learn(callback) {
  const known = cases.get(callback.case);
  if (!known || known.history.some((other) => other.id === callback.id)) return;
  known.history.push(callback);
  known.history.sort((a, b) => Date.parse(a.attempted_at) - Date.parse(b.attempted_at));
  forgetCalls(callback);
  showRow(rowOf.get(callback.case));
}

const isBarred = (rung) => !isUsable(rung, Date.now());
const marking = ({ disposition }) => ["wrong", "dead", "barred"].includes(dispositions.get(disposition)?.number);

// A contact as someone typed it, with its kind ruled by the value; the store reads it with more care.
function typedContact(contact) {
  const value = contact.value.trim();
  const digits = value.replace(/[\s()+-]/g, "");
  const kind = contact.kind ?? (/^https?:/.test(value) ? "post" : /@/.test(value) ? "email" : /^qq/i.test(value) ? "qq"
    : !/^\d{3,}$/.test(digits) ? "wechat" : /^(86)?1\d{10}$/.test(digits) ? "mobile" : "landline");
  return { ...contact, kind, value };
}

// Contacts that entries of this browser marked, for all cases: by key, the outcome that did.
function markedHere() {
  const marks = entries.list.map(({ outcome }) => outcome).filter((one) => one.contact && marking(one));
  return new Map(marks.map((outcome) => [contactKey(outcome.contact), outcome]));
}

// The ladder of a case, best first, after what this browser noted for it and for others.
function ladderNow(caseId, past) {
  const known = cases.get(caseId).rungs;
  const heard = past.map((attempt) => attempt.new_contact).filter(Boolean).reverse();
  if (!entries.list.length && !heard.length) return known;
  const marked = markedHere();
  const named = heard.map(typedContact).map((contact) => ({ barred: null, zone: null, ...contact, heard: true }));
  const found = new Map();
  for (const rung of [...named, ...known]) {
    const key = contactKey(rung);
    found.set(key, { ...rung, ...found.get(key), barred: rung.barred, zone: rung.zone });
  }
  return [...found].map(([key, rung]) => {
    const mark = marked.get(key);
    return mark ? { ...rung, barred: { mark: meaning(mark).number, reason: mark.note, until: mark.barred_until } } : rung;
  });
}

// When the numbers of a case were dialled for others, by what the page and this browser know.
function elsewhereOf(caseId) {
  const found = { ...cases.get(caseId).busy_elsewhere };
  for (const { outcome } of entries.list) {
    if (outcome.case === caseId || !outcome.contact || meaning(outcome).number === "-") continue;
    const key = contactKey(outcome.contact);
    found[key] = [...(found[key] ?? []), outcome.attempted_at];
  }
  return found;
}

// What the rules say of each case; the same until something is noted or half a minute has passed.
const ruled = new Map();

// Forget it for the cases that share a contact with one, or for all.
function forgetCalls(outcome = null) {
  if (!outcome) {
    ruled.clear();
    return;
  }
  const key = outcome.contact && contactKey(outcome.contact);
  for (const [caseId, known] of ruled) {
    if (caseId === outcome.case || known.rungs.some((rung) => contactKey(rung) === key)) ruled.delete(caseId);
  }
}

function ruledOf(caseId) {
  if (!ruled.has(caseId)) {
    const known = cases.get(caseId);
    const past = pastOf(caseId);
    const rungs = ladderNow(caseId, past);
    const closed = known.closed || past.some((attempt) => attempt.mine && meaning(attempt).ends);
    const call = nextCall({
      history: past, closed, rungs, rules: page.rules, zone: known.zone, now: Date.now(),
      elsewhere: elsewhereOf(caseId), leads: page.leads,
    }, dispositions);
    const ending = past.findLast((attempt) => meaning(attempt).ends && (known.closed || attempt.mine));
    ruled.set(caseId, { past, rungs, call, ended: ending?.disposition ?? null });
  }
  return ruled.get(caseId);
}

const callOf = (caseId) => ruledOf(caseId).call;
const rungsOf = (caseId) => ruledOf(caseId).rungs;

// The state of a case now: whether it ended, what to do next and when.
function stateOf(caseId) {
  const { past, call, ended } = ruledOf(caseId);
  return {
    ended,
    call,
    agreed: ended ? null : call.agreed_at,
    quiet: ["lead", "never"].includes(call.action),
    now: !ended && ["call", "message", "switchboard", "unreachable"].includes(call.action) && call.at <= Date.now(),
    called: past.length > 0,
    confirmed: Boolean(dispositions.get(ended)?.confirms),
  };
}
