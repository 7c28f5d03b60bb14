// Sending entries to the desk: by themselves, once they can no longer be undone.
import { entries, idOf } from "../memory/entries.js";
import { _ } from "../shared/words.js";
import { showClash } from "./clashes.js";
import { ask, desk, refused, showLink } from "./link.js";
import { accepted, afterTaking } from "./taking.js";

const GRACE = 4000; // an entry can be undone for so long before it is sent
const AT_ONCE = 100;
const refusals = {
  agent: _("记成了别人的"), case: _("没有这个求助"), changed: _("同一条送过一次，内容不一样"),
  unreadable: _("这条读不懂"), unmet: _("这种结果要填的还没填全"), large: _("太长了"),
  other: _("请组长看看"),
};
let sending = null;
let most = AT_ONCE;

const waiting = () => entries.all().filter((entry) => !desk.refused.has(idOf(entry)));
const due = (entry) => Date.now() - entry.noted >= GRACE;

// Send what waits; one request at a time, and the same ids until the desk has said what became of them.
function send({ now = false, keepalive = false } = {}) {
  sending ??= sendAll(now, keepalive).finally(() => { sending = null; });
  return sending;
}

// What is under way may have left out the newest.
async function sendRest() {
  await sending?.catch(() => {});
  await send({ now: true }).catch(() => {});
}

// More than the desk reads at once goes in parts; what is too large alone does not hold up the rest.
function smaller(batch, error) {
  if (error.status !== 413) throw error;
  if (batch.length === 1) desk.refused.set(idOf(batch[0]), refusals.large);
  else most = Math.ceil(batch.length / 2);
}

const given = (batch) => ({
  outcomes: batch.map((entry) => entry.outcome).filter(Boolean),
  decisions: batch.map((entry) => entry.decision).filter(Boolean),
});

async function sendAll(now, keepalive) {
  for (;;) {
    const batch = waiting().filter((entry) => now || due(entry)).slice(0, most);
    if (!batch.length) return;
    const told = await ask("outcomes", given(batch), keepalive).catch((error) => smaller(batch, error));
    if (!told) continue;
    const results = new Map(told.results.map((result) => [result.id, result]));
    for (const entry of batch) {
      const result = results.get(idOf(entry)) ?? { status: "refused" };
      if (result.status === "refused") desk.refused.set(idOf(entry), refusals[result.why] ?? refusals.other);
      else accepted(entry);
    }
    told.clashes.forEach(showClash);
    afterTaking();
  }
}

function keepSending() {
  entries.onAdd(() => {
    setTimeout(() => send().catch(() => showLink(desk.state === "up" ? "down" : desk.state)), GRACE + 50);
  });
  // Before the page's own warning: what waits is sent on the way out, and stays here until it is known.
  addEventListener("beforeunload", (event) => {
    send({ now: true, keepalive: true }).catch(() => {});
    if (desk.state === "up" && !refused().length) event.stopImmediatePropagation();
  }, { capture: true });
}

export { keepSending, send, sendRest };
