// The agent's entries: kept in this browser until the store knows them, written to a file on demand.
const page = JSON.parse(byId("page-data").textContent);
const prefix = `distress:${page.store}:${page.agent}:`;

// Each entry has a key of its own, so that two windows of this page never overwrite each other.
const memory = (() => {
  try {
    localStorage.setItem(`${prefix}probe`, "1");
    localStorage.removeItem(`${prefix}probe`);
    return localStorage;
  } catch {
    const kept = new Map();
    return {
      lost: true,
      get length() { return kept.size; },
      key: (at) => [...kept.keys()][at] ?? null,
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
    };
  }
})();

function read(key) {
  try {
    return JSON.parse(memory.getItem(key));
  } catch {
    return null;
  }
}

// Whether it was kept: a full disk or quota must be seen, not swallowed.
function keep(key, value) {
  try {
    memory.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    byId("no-memory").hidden = false;
    return false;
  }
}

const watchers = [];

const entries = {
  kept: !memory.lost,
  list: [],

  // Read what is kept, beside what could not be; entries that the store knows by now are done with.
  load() {
    const known = new Set(page.known);
    const keys = [];
    for (let at = 0; at < memory.length; at += 1) keys.push(memory.key(at));
    const found = this.list.filter((entry) => entry.loose && !known.has(entry.outcome.id));
    for (const key of keys.filter((name) => name?.startsWith(`${prefix}outcome:`))) {
      const entry = read(key);
      if (!entry?.outcome) continue;
      if (known.has(entry.outcome.id)) memory.removeItem(key);
      else found.push(entry);
    }
    this.list = found.sort((a, b) => a.noted - b.noted);
  },

  of(caseId) {
    return this.list.filter((entry) => entry.outcome.case === caseId);
  },

  unsaved() {
    return this.list.filter((entry) => !entry.saved);
  },

  // Keep an outcome of the form that the outcomes file has; whoever watches is told.
  add(outcome) {
    const entry = { outcome, noted: Date.now(), saved: null };
    this.list.push(entry);
    const kept = keep(`${prefix}outcome:${outcome.id}`, entry);
    entry.loose = !kept;
    for (const watcher of watchers) watcher(entry);
    return kept;
  },

  onAdd(watcher) {
    watchers.push(watcher);
  },

  remove(entry) {
    memory.removeItem(`${prefix}outcome:${entry.outcome.id}`);
    this.list = this.list.filter((other) => other !== entry);
  },

  draft: (caseId) => read(`${prefix}draft:${caseId}`),

  setDraft(caseId, draft) {
    if (draft) keep(`${prefix}draft:${caseId}`, draft);
    else memory.removeItem(`${prefix}draft:${caseId}`);
  },

  // Everything the store does not know yet goes into each file: a lost file then loses nothing.
  save() {
    const at = iso(Date.now());
    const file = {
      format: "distress-outcomes",
      version: 2,
      agent: page.agent,
      saved_at: at,
      outcomes: this.list.map((entry) => entry.outcome),
    };
    const link = document.createElement("a");
    const blob = new Blob([JSON.stringify(file, null, 1) + "\n"], { type: "application/json" });
    link.href = URL.createObjectURL(blob);
    link.download = `outcomes-${page.agent}-${page.date}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    for (const entry of this.list) {
      entry.saved = at;
      keep(`${prefix}outcome:${entry.outcome.id}`, entry);
    }
    return this.list.length;
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
