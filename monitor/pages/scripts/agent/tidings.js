// What the agent hears on opening the page: goods that came, cases from colleagues; each is put away
// once it was read, and stays away in this browser.
import { page } from "../memory/page_data.js";
import { keep, read } from "../memory/storage.js";
import { byId } from "../shared/elements.js";
import { dayOf, wall } from "../shared/times.js";
import { _ } from "../shared/words.js";

const nameOf = (id) => `away:${id}`;

// A day as people say it: 今天, 昨天, 2月10日.
function dayWords(time) {
  const instant = Date.parse(time);
  const yesterday = wall(Date.now() - 86400000).slice(0, 10) === wall(instant).slice(0, 10);
  return yesterday ? _("昨天") : dayOf(instant) || _("今天");
}

const wordsOf = {
  arrived: (one) => _("您%(confirmed)s确认的%(goods)s，%(came)s送到了。", {
    confirmed: dayWords(one.confirmed_at), goods: one.goods, came: dayWords(one.at),
  }),
  handed: (one) => (one.note ? _("%(agent)s 交给您一个求助：%(note)s", { agent: one.by, note: one.note })
    : _("%(agent)s 交给您一个求助。", { agent: one.by })),
};

function lineOf(one, left) {
  const line = byId("tiding").content.firstElementChild.cloneNode(true);
  line.classList.add(one.kind);
  line.querySelector(".words-said").textContent = `${one.kind === "arrived" ? "♥" : "→"} ${wordsOf[one.kind](one)}`;
  const link = line.querySelector("a");
  link.textContent = one.facility || _("求助 %(number)s", { number: one.case });
  if (document.querySelector(`.row[data-case="${one.case}"]`)) link.href = `#c${one.case}`;
  line.querySelector(".left").textContent = left ? _("还有 %(count)s 条", { count: left }) : "";
  line.querySelector(".away").addEventListener("click", () => {
    keep(nameOf(one.id), 1);
    showTidings();
  });
  return line;
}

// One at a time, so that they take no room from the case.
function showTidings() {
  const unread = page.tidings.filter(({ id }) => !read(nameOf(id)));
  byId("tidings").replaceChildren(...unread.slice(0, 1).map((one) => lineOf(one, unread.length - 1)));
  byId("tidings").hidden = !unread.length;
}

export { showTidings };
