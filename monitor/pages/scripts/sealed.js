// The door of a page under a passphrase: with the right words the page takes its place. The key
// stays in this window; nothing keeps it.
import { byId, dataOf } from "./shared/elements.js";
import { decrypted, keyFrom, valuesFor } from "./memory/seal.js";

async function open(event) {
  event.preventDefault();
  byId("wrong").hidden = true;
  byId("opening").hidden = false;
  const sealed = dataOf("sealed");
  const generated = byId("generated").textContent;
  try {
    const key = await keyFrom(byId("passphrase").value, sealed);
    const page = await decrypted(key, sealed);
    globalThis.distressSeal = { key, salt: sealed.salt, iterations: sealed.iterations, values: await valuesFor(key) };
    document.open();
    document.write(page);
    document.close();
    // Of when the page was made and how the sources do, the door has the newer word.
    byId("generated").textContent = generated;
  } catch {
    byId("opening").hidden = true;
    byId("wrong").hidden = false;
    byId("passphrase").select();
  }
}

if (globalThis.crypto?.subtle) byId("open").addEventListener("submit", open);
else byId("unable").hidden = false;
