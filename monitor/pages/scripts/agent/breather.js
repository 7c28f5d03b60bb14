// Heavy calls of the day: after a few the page tells the agent to rest. Nobody is ranked by them.
import { entries } from "../memory/entries.js";
import { meaning, page } from "../memory/page_data.js";
import { keep, read } from "../memory/storage.js";
import { byId, put } from "../shared/elements.js";
import { wall } from "../shared/times.js";
import { _ } from "../shared/words.js";

const isToday = (time) => wall(Date.parse(time)).slice(0, 10) === wall(Date.now()).slice(0, 10);

// How many calls of today were with somebody who breaks down or grieves.
function heavyToday() {
  const mine = entries.outcomes().filter((outcome) => meaning(outcome).quiet && isToday(outcome.attempted_at));
  const before = page.date === wall(Date.now()).slice(0, 10) ? page.heavy : [];
  return new Set([...before, ...mine.map(({ id }) => id)]).size;
}

function showBreather() {
  const count = heavyToday();
  const name = `breather:${wall(Date.now()).slice(0, 10)}`;
  byId("breather").hidden = count < page.rules.heavy || read(name) >= count;
  put(byId("breather-words"), _("今天您接了 %(count)s 通沉重的电话。先歇一歇，喝口水，走一走；求助都在，不会丢。%(leads)s", {
    count, leads: page.leads_words,
  }));
  byId("breather-away").onclick = () => {
    keep(name, count);
    showBreather();
  };
}

function keepBreather() {
  showBreather();
  entries.onAdd(() => showBreather());
}

export { keepBreather };
