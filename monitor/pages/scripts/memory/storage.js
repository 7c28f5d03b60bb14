// What this browser keeps for the agent of this page, by name; each name is a key of its own, so
// that two windows of a page never overwrite each other.
import { page } from "./page_data.js";

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

const memory = openMemory();
const isLost = Boolean(memory.lost);

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
