// The agent's entries, kept in this browser until the store knows them, and drafts of such: outcomes
// of cases, and decisions: of two cases that may be one, of a contact that a later post asks not to call, of a colleague, of a substitute.
import { contactKey } from "../../../calling/page/contacts.js";
import { iso } from "../shared/times.js";
import { cases, dispositions, page } from "./page_data.js";
import { forget, keep, namesLike, read } from "./storage.js";

const watchers = [];

const idOf = ({ outcome, decision }) => (outcome ?? decision).id;
const nameOf = (entry) => `${entry.outcome ? "outcome" : "decision"}:${idOf(entry)}`;
const isOf = ({ decision }, caseId, otherId) => (
  [decision.case, decision.other].includes(caseId) && [decision.case, decision.other].includes(otherId)
);

// Whether the page still asks what was decided; once it is in the store it does not.
function isAsked({ decision }) {
  if (decision.contact) return isUnwanted(decision);
  if (decision.to) return cases.has(decision.case) && !page.known.includes(decision.id);
  if (decision.substitute) return Boolean(cases.get(decision.case)?.substitutes.includes(decision.substitute));
  return isSuggested(decision);
}
const isUnwanted = ({ case: caseId, contact }) => cases.get(caseId)?.unwanted.includes(contactKey(contact));
const isSuggested = (decision) => [decision.case, decision.other].some((caseId) => (
  cases.get(caseId)?.suggested.some((otherId) => isOf({ decision }, caseId, otherId))
));

// A contact that is put on the do-not-call list, as the outcome that would do so.
const banning = [...dispositions.values()].find(({ number }) => number === "barred");
const banOf = ({ case: caseId, contact }) => ({ case: caseId, contact, disposition: banning.code, barred_until: null });

const entries = {
  list: [],
  decisions: [],

  // Read what is kept, beside what could not be; entries that the store knows by now are done with.
  load() {
    const known = new Set(page.known);
    const list = this.list.filter((entry) => entry.loose && !known.has(entry.outcome.id));
    for (const name of namesLike("outcome:")) {
      const entry = read(name);
      if (!entry?.outcome) continue;
      if (known.has(entry.outcome.id)) forget(name);
      else list.push(entry);
    }
    this.list = list.sort((a, b) => a.noted - b.noted);
    const decisions = this.decisions.filter((entry) => entry.loose);
    for (const name of namesLike("decision:")) {
      const entry = read(name);
      if (!entry?.decision) continue;
      if (entry.saved && !isAsked(entry)) forget(name);
      else decisions.push(entry);
    }
    this.decisions = decisions;
  },

  all() {
    return [...this.list, ...this.decisions].sort((a, b) => a.noted - b.noted);
  },

  of(caseId) {
    return this.list.filter((entry) => entry.outcome.case === caseId);
  },

  unsaved() {
    return this.all().filter((entry) => !entry.saved);
  },

  outcomes() {
    return this.list.map((entry) => entry.outcome);
  },

  // Keep an outcome of the form that the outcomes file has; whoever watches is told.
  add(outcome) {
    const entry = { outcome, noted: Date.now(), saved: null };
    this.list.push(entry);
    this.tell(entry);
  },

  // Keep what was decided.
  decide(decision) {
    const entry = { decision, noted: Date.now(), saved: null };
    this.decisions.push(entry);
    this.tell(entry);
  },

  tell(entry) {
    entry.loose = !keep(nameOf(entry), entry);
    for (const watcher of watchers) watcher(entry);
  },

  // What was decided here of two cases, if anything.
  decided(caseId, otherId) {
    return this.decisions.findLast((entry) => isOf(entry, caseId, otherId));
  },

  // To whom a case was handed over here, null where it was not.
  handed(caseId) {
    return this.decisions.findLast(({ decision }) => decision.to && decision.case === caseId)?.decision.to ?? null;
  },

  // What the ward said here to a substitute, null where it was not asked.
  answered(substitute) {
    return this.decisions.findLast(({ decision }) => decision.substitute === substitute)?.decision.decision ?? null;
  },

  bans() {
    return this.decisions.filter(({ decision }) => decision.contact).map(({ decision }) => banOf(decision));
  },

  onAdd(watcher) {
    watchers.push(watcher);
  },

  remove(entry) {
    forget(nameOf(entry));
    this.list = this.list.filter((other) => other !== entry);
    this.decisions = this.decisions.filter((other) => other !== entry);
  },

  draft: (caseId) => read(`draft:${caseId}`),

  setDraft(caseId, draft) {
    if (draft) keep(`draft:${caseId}`, draft);
    else forget(`draft:${caseId}`);
  },

  // The outcomes file. Everything the store does not know yet goes into each: a lost file then
  // loses nothing.
  toFile() {
    const at = iso(Date.now());
    for (const entry of this.all()) {
      entry.saved = at;
      keep(nameOf(entry), entry);
    }
    return {
      format: "distress-outcomes",
      version: 3,
      agent: page.agent,
      store: page.store,
      saved_at: at,
      outcomes: this.outcomes(),
      decisions: this.decisions.map((entry) => entry.decision),
    };
  },
};

// crypto.randomUUID is missing where the page is opened in an insecure way, such as from a share.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export { banOf, entries, idOf, newId };
