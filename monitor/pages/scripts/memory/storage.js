// What this browser keeps for the agent of this page, by name; each name is a key of its own, so
// that two windows of a page never overwrite each other. Under a passphrase each value is sealed.
import { page } from "./page_data.js";
import { encrypted, isSealed, keysOf, seal, takeIn } from "./seal.js";

const prefix = `distress:${page.store}:${page.agent}:`;

// Where the browser refuses to keep anything, this window remembers as long as it stands.
function openMemory() {
  try {
    localStorage.setItem(`${prefix}probe`, "1");
    localStorage.removeItem(`${prefix}probe`);
    return localStorage;
  } catch {
    const values = new Map();
    return {
      lost: true,
      get length() { return values.size; },
      key: (at) => [...values.keys()][at] ?? null,
      getItem: (key) => values.get(key) ?? null,
      setItem: (key, value) => values.set(key, value),
      removeItem: (key) => values.delete(key),
    };
  }
}

const kept = openMemory();
const isLost = Boolean(kept.lost);
const changed = () => dispatchEvent(new Event("memory-changed"));

// Values as they read in this window; each is sealed behind it, one after the other. What another
// passphrase sealed stays where it is, and what was kept before there was one is sealed now.
function sealedMemory() {
  const { key: own, values } = seal;
  let last = Promise.resolve();
  const inTurn = (work) => { last = last.then(work).catch(() => dispatchEvent(new Event("memory-full"))); };
  const store = {
    get length() { return values.size; },
    key: (at) => [...values.keys()][at] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem(key, value) {
      values.set(key, value);
      inTurn(async () => kept.setItem(key, JSON.stringify({ sealed: await encrypted(own, value) })));
    },
    removeItem(key) {
      values.delete(key);
      inTurn(() => kept.removeItem(key));
    },
  };
  for (const key of keysOf(kept)) {
    if (key.startsWith(prefix) && !values.has(key) && !isSealed(kept.getItem(key))) store.setItem(key, kept.getItem(key));
  }
  addEventListener("storage", ({ key }) => {
    if (key?.startsWith(prefix)) inTurn(() => takeIn(values, own, kept, key).then(changed));
  });
  return store;
}

if (!seal) addEventListener("storage", changed);
const memory = seal ? sealedMemory() : kept;

// The names that are kept, of those that begin so.
function namesLike(beginning) {
  const keys = Array.from({ length: memory.length }, (_value, at) => memory.key(at));
  return keys.filter((key) => key?.startsWith(prefix + beginning)).map((key) => key.slice(prefix.length));
}

function read(name) {
  try {
    return JSON.parse(memory.getItem(prefix + name));
  } catch {
    return null;
  }
}

// Whether it was kept: a full disk or quota must be seen, not swallowed.
function keep(name, value) {
  try {
    memory.setItem(prefix + name, JSON.stringify(value));
    return true;
  } catch {
    dispatchEvent(new Event("memory-full"));
    return false;
  }
}

const forget = (name) => memory.removeItem(prefix + name);

export { forget, isLost, keep, namesLike, read };
