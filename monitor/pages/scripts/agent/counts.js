// What the head of the page tells: how many calls are left, which agreed call is due, what is unsaved.
import { stateOf } from "../memory/cases.js";
import { entries } from "../memory/entries.js";
import { byId, put } from "../shared/elements.js";
import { instantOf, wall } from "../shared/times.js";
import { _ } from "../shared/words.js";
import { current } from "./panels.js";
import { caseOf, wantedRows } from "./rows.js";

// Who cannot be reached, and not be written to, is asked for at the switchboard: a call too.
const isCall = ({ action, contact }) => (
  ["call", "switchboard"].includes(action) || (action === "unreachable" && !contact)
);

// Whether a message may be written today: as the next step, or beside a call.
const isWritable = ({ call: { offer } }) => Boolean(offer) && wall(offer.at) <= `${wall(Date.now()).slice(0, 10)}T24`;

function dueRows() {
  return wantedRows()
    .map((row) => ({ row, agreed: stateOf(caseOf(row)).agreed }))
    .filter(({ row, agreed }) => agreed && agreed <= Date.now() && caseOf(row) !== current())
    .sort((a, b) => a.agreed - b.agreed);
}

function showDue() {
  const [due] = dueRows();
  const notice = byId("due");
  notice.hidden = !due;
  if (!due) {
    delete notice.dataset.case;
    return;
  }
  if (notice.dataset.case === due.row.dataset.case) return;
  notice.dataset.case = due.row.dataset.case;
  const link = document.createElement("a");
  link.href = `#c${due.row.dataset.case}`;
  link.textContent = due.row.querySelector(".name").textContent;
  notice.replaceChildren(`● ${_("约定的时间到了：")}`, link);
}

const pageTitle = document.title;
let blink = false;

// Unsaved work stands in the title; a due call takes turns with it, seen from another window.
function showTitle() {
  const unsaved = entries.unsaved().length;
  const due = byId("due");
  const calls = !due.hidden && blink && !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const title = unsaved ? `(${_("未保存")} ${unsaved}) ${pageTitle}` : pageTitle;
  const words = calls ? due.textContent : title;
  if (document.title !== words) document.title = words;
}

function blinkTitle() {
  blink = !blink;
  showTitle();
}

function showCounts() {
  const states = wantedRows().map((row) => stateOf(caseOf(row)));
  const midnight = instantOf(`${wall(Date.now()).slice(0, 10)}T23:59`);
  const today = (state) => isCall(state.call) && state.call.at <= midnight;
  const open = states.filter((state) => !state.ended && !state.handed);
  const unsaved = entries.unsaved().length;
  const filed = entries.all().length - unsaved;
  put(byId("count-todo"), String(open.filter((state) => !state.agreed && today(state)).length));
  put(byId("count-write"), String(open.filter(isWritable).length));
  put(byId("count-agreed"), String(open.filter((state) => state.agreed).length));
  put(byId("count-confirmed"), String(states.filter((state) => state.confirmed).length));
  put(byId("count-unsaved"), String(unsaved));
  byId("unsaved").classList.toggle("waiting", unsaved > 0);
  byId("save").disabled = !entries.all().length;
  byId("filed").hidden = !filed;
  put(byId("filed"), _("%(count)s 条已存进文件，等组长导入。导入后的新页会自动清掉它们。", { count: filed }));
  showTitle();
}

export { blinkTitle, isWritable, showCounts, showDue };
