// The list: what is shown of it, in which order, and where to go from here.
import { numbersOf, stateOf } from "../memory/cases.js";
import { byId, dataOf, put } from "../shared/elements.js";
import { _ } from "../shared/words.js";
import { isWritable } from "./counts.js";
import { current, placeOf, wordsIn } from "./panels.js";
import { caseOf, rows, wantedRows } from "./rows.js";

const squeezed = (text) => text.toLowerCase().replace(/[\s·-]+/g, "");

let filter = "all";

function filterBy(code) {
  filter = code;
  showList();
}

const filters = {
  all: () => true,
  urgent: (row) => row.classList.contains("critical") && !stateOf(caseOf(row)).ended,
  agreed: (row) => Boolean(stateOf(caseOf(row)).agreed),
  write: (row) => isWritable(stateOf(caseOf(row))),
  silent: (row) => {
    const { ended, quiet } = stateOf(caseOf(row));
    return !ended && !quiet && !numbersOf(caseOf(row)).length;
  },
  called: (row) => stateOf(caseOf(row)).called,
};

function matches(row, query) {
  if (!filters[filter](row)) return false;
  if (!query) return true;
  row.haystack ??= squeezed(row.textContent + wordsIn(caseOf(row)));
  return row.haystack.includes(query);
}

function showList() {
  const query = squeezed(byId("search").value);
  let shown = 0;
  const wanted = new Set(wantedRows());
  for (const row of rows) {
    const fits = wanted.has(row) && matches(row, query);
    if (row.parentElement.hidden === fits) row.parentElement.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  if (rows.length) {
    byId("empty").hidden = shown > 0;
    put(byId("empty"), query ? _("没有找到。换个词，或按 Esc 清空搜索。") : _("这一类现在没有案子。"));
  }
}

const visible = () => rows.filter((row) => !row.parentElement.hidden);

// The row `step` rows further down the visible list, from the current one.
function neighbour(step) {
  const list = visible();
  const at = list.findIndex((row) => caseOf(row) === current());
  return list[at < 0 ? 0 : Math.min(Math.max(at + step, 0), list.length - 1)];
}

// The next case that may be called or written to now: who waits for an agreed call, then from here
// downwards. The list has what presses first, and of what presses alike the calls before messages.
function nextToCall() {
  const list = visible();
  const at = list.findIndex((row) => caseOf(row) === current());
  const turned = [...list.slice(at + 1), ...list.slice(0, Math.max(at, 0))]
    .map((row) => ({ row, state: stateOf(caseOf(row)) }))
    .filter(({ row, state }) => state.now && !row.dataset.held);
  const due = turned.filter(({ state }) => state.agreed).sort((a, b) => a.state.agreed - b.state.agreed);
  return (due[0] ?? turned[0])?.row;
}

// The earliest moment at which a case that waits may be called.
function nextTurn() {
  const times = wantedRows().map((row) => stateOf(caseOf(row)))
    .filter((state) => !state.ended && state.call.at > Date.now())
    .map((state) => ({ at: state.call.at, agreed: Boolean(state.agreed) }));
  return times.sort((a, b) => a.at - b.at)[0] ?? null;
}

// The list stands in the order of the last writing; what Python wrote is stable from day to day.
function arrange() {
  const holders = rows.map((row) => row.parentElement);
  const place = new Map((dataOf("generated").order ?? []).map((caseId, at) => [caseId, at]));
  const rank = (row) => place.get(caseOf(row)) ?? rows.length;
  if (!place.size) return;
  rows.sort((a, b) => rank(a) - rank(b));
  if (rows.every((row, at) => row.parentElement === holders[at])) return;
  byId("rows").append(...rows.map((row) => row.parentElement));
  document.querySelector(".cases").append(...rows.map((row) => placeOf(caseOf(row))));
}

export { arrange, filterBy, neighbour, nextToCall, nextTurn, showList };
