// The list: what is shown of it, in which order, and where to go from here.
import { numbersOf, stateOf } from "../memory/cases.js";
import { byId, put } from "../shared/elements.js";
import { _ } from "../shared/words.js";
import { isWritable } from "./counts.js";
import { current } from "./panels.js";
import { caseOf, lines, rows, wantedLines, wantedRows } from "./rows.js";
import { says, squeezed } from "./search_texts.js";

let filter = "all";
let shown = rows; // in their order

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

// What the desk's line of another's case tells of it, and where the desk's search found the words.
const lineFilters = {
  all: () => true,
  urgent: (row) => row.classList.contains("critical"),
  called: (row) => Boolean(row.dataset.last),
};
let matched = new Set();

function showMatches(caseIds) {
  matched = new Set(caseIds);
  showList();
}

function matchesLine(row, query) {
  if (!lineFilters[filter]?.(row)) return false;
  return !query || matched.has(caseOf(row)) || squeezed(row.textContent).includes(query);
}

function matches(row, query) {
  if (!filters[filter](row)) return false;
  return !query || matched.has(caseOf(row)) || says(row, query);
}

// Whole, and unseen: to take lines out of what is seen costs the browser ten times as much, and to
// hide and show them one by one their square. Nothing is laid out without them, so nothing scrolls.
function replaceAll(list, holders) {
  const { scrollTop } = list;
  list.hidden = true;
  void globalThis.getComputedStyle(list).display; // takes effect now
  list.replaceChildren(...holders);
  list.hidden = false;
  if (scrollTop) list.scrollTop = scrollTop;
}

function showList() {
  const query = squeezed(byId("search").value);
  shown = wantedRows().filter((row) => matches(row, query));
  shown.push(...wantedLines().filter((row) => matchesLine(row, query)));
  const list = byId("rows");
  const fits = shown.map((row) => row.parentElement);
  if (list.children.length !== fits.length || fits.some((holder, at) => holder !== list.children[at])) {
    replaceAll(list, fits);
  }
  if (rows.length) {
    byId("empty").hidden = shown.length > 0;
    put(byId("empty"), query ? _("没有找到。换个词，或按 Esc 清空搜索。") : _("这一类现在没有求助。"));
  }
}

const visible = () => shown;

// The row `step` rows further down the visible list, from the current one.
function neighbour(step) {
  const list = visible();
  const at = list.findIndex((row) => caseOf(row) === current());
  return list[at < 0 ? 0 : Math.min(Math.max(at + step, 0), list.length - 1)];
}

// The next case that may be called or written to now: the first of the list that is not open here,
// and that nobody else has open.
function nextToCall() {
  const free = (row) => !lines.has(row) && caseOf(row) !== current() && !row.dataset.held;
  return visible().find((row) => free(row) && stateOf(caseOf(row)).now);
}

// The earliest moment at which a case that waits may be called.
function nextTurn() {
  const times = wantedRows().map((row) => stateOf(caseOf(row)))
    .filter((state) => !state.ended && state.call.at > Date.now())
    .map((state) => ({ at: state.call.at, agreed: Boolean(state.agreed) }));
  return times.sort((a, b) => a.at - b.at)[0] ?? null;
}

export { filterBy, neighbour, nextToCall, nextTurn, showList, showMatches };
