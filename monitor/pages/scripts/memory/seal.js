// Sealing by WebCrypto, as monitor/seal.py does it: PBKDF2 makes the key, AES-GCM seals.
const bytesOf = (base64) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

function base64Of(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}

async function keyFrom(passphrase, { salt, iterations }) {
  const words = await crypto.subtle.importKey("raw", new TextEncoder().encode(passphrase), "PBKDF2", false, ["deriveKey"]);
  const way = { name: "PBKDF2", hash: "SHA-256", salt: bytesOf(salt), iterations };
  return crypto.subtle.deriveKey(way, words, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function decrypted(key, { nonce, content }) {
  const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytesOf(nonce) }, key, bytesOf(content));
  return new TextDecoder().decode(text);
}

async function encrypted(key, text) {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const content = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, new TextEncoder().encode(text));
  return { nonce: base64Of(nonce), content: base64Of(new Uint8Array(content)) };
}

const keysOf = (memory) => Array.from({ length: memory.length }, (_value, at) => memory.key(at)).filter(Boolean);

function isSealed(held) {
  try {
    return Boolean(JSON.parse(held).sealed);
  } catch {
    return false;
  }
}

// Put what is kept under a name among the values, or take it from there where it is gone; what this
// key does not open is nobody's here.
async function takeIn(values, key, memory, name) {
  const held = memory.getItem(name);
  if (held === null) values.delete(name);
  if (!isSealed(held)) return;
  await decrypted(key, JSON.parse(held).sealed).then((text) => values.set(name, text), () => {});
}

// All that this browser keeps and the key opens, by name.
async function valuesFor(key) {
  const values = new Map();
  try {
    const names = keysOf(localStorage).filter((name) => name.startsWith("distress:"));
    await Promise.all(names.map((name) => takeIn(values, key, localStorage, name)));
  } catch {
    values.clear();  // a browser that keeps nothing
  }
  return values;
}

// What the door left for the page behind it; null for a page without a passphrase.
const seal = globalThis.distressSeal ?? null;

export { decrypted, encrypted, isSealed, keyFrom, keysOf, seal, takeIn, valuesFor };
