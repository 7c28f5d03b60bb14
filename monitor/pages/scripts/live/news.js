// What others did comes in from the desk; without it the page works on.
import { rowOf } from "../agent/rows.js";
import { entries } from "../memory/entries.js";
import { _ } from "../shared/words.js";
import { forgetClash, showClash } from "./clashes.js";
import { ask, desk, live, showLink } from "./link.js";
import { notice } from "./notices.js";
import { send } from "./sending.js";
import { accepted, afterTaking, takeIn } from "./taking.js";

const LONGEST_WAIT = 60000;
const watchers = [];
let wait = live.poll_seconds * 1000;
let timer = 0;
const newLine = notice("new-cases", false);
document.querySelector(".side").append(newLine); // below the list: what is being read stays where it is

function onNews(watcher) {
  watchers.push(watcher);
}

// What came in since the last look.
function take(told) {
  desk.cursor = told.cursor;
  for (const callback of told.callbacks) {
    const own = entries.list.find((entry) => entry.outcome.id === callback.id);
    if (own) accepted(own);
    else takeIn(callback);
  }
  for (const { case: caseId } of told.callbacks) forgetClash(caseId);
  told.clashes.forEach(showClash);
  for (const { case: caseId, agent } of told.assigned) {
    if (rowOf.has(caseId)) rowOf.get(caseId).dataset.agent = agent;
  }
  showNewCases(told.cases_new);
  for (const watcher of watchers) watcher(told);
  if (told.callbacks.length || told.assigned.length) afterTaking();
}

async function poll() {
  clearTimeout(timer);
  try {
    await send();
    take(await ask(`live?after=${desk.cursor}`));
    showLink("up");
    wait = live.poll_seconds * 1000;
  } catch ({ fault }) {
    if (desk.state === "up" || desk.fault !== (fault ?? "")) showLink("down", fault);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
  clearTimeout(timer);
  timer = setTimeout(poll, wait);
}

function showNewCases(count) {
  newLine.hidden = !count;
  if (!count || newLine.dataset.count === String(count)) return;
  newLine.dataset.count = count;
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = _("刷新");
  again.addEventListener("click", () => location.reload());
  newLine.replaceChildren(`${_("来了 %(count)s 个新求助。", { count })} `, again);
}

function keepPolling() {
  addEventListener("online", poll);
  document.addEventListener("visibilitychange", () => document.hidden || poll());
  poll();
}

export { keepPolling, onNews, poll };
