// The list in its order, as the clock and the entries move it, around what is being read.
import { forgetCalls, inOrder, isRuled } from "../memory/cases.js";
import { byId } from "../shared/elements.js";
import { showCounts } from "./counts.js";
import { showFresh } from "./looks.js";
import { showList } from "./list.js";
import { current, placeOf } from "./panels.js";
import { caseOf, rowOf, rows, showRow } from "./rows.js";

const list = byId("rows");

// What stays where it is on the screen: the row under the pointer or the keys, else the open case's,
// else the first that is seen.
function anchor() {
  const { top, bottom } = list.getBoundingClientRect();
  const isSeen = (row) => {
    const place = row?.getBoundingClientRect();
    return Boolean(place?.height) && place.bottom > Math.max(top, 0) && place.top < Math.min(bottom, document.documentElement.clientHeight);
  };
  const near = [list.querySelector(".row:hover"), list.querySelector(".row:focus"), rowOf.get(current())];
  return near.find(isSeen) ?? rows.find(isSeen);
}

// Scroll by what the row moved: the list where it scrolls by itself, else the page.
function keepInPlace(row, before) {
  const moved = row.getBoundingClientRect().top - before;
  const scroller = list.scrollHeight > list.clientHeight ? list : document.scrollingElement;
  scroller.scrollTop += moved;
}

function moveRows(order) {
  const focused = document.activeElement;
  let next = list.firstElementChild;
  rows.splice(0, rows.length, ...order.map((caseId) => rowOf.get(caseId)));
  for (const { parentElement: holder } of rows) {
    if (!holder.isConnected) continue; // left out by a search
    if (holder === next) next = holder.nextElementSibling;
    else list.insertBefore(holder, next);
  }
  if (focused !== document.activeElement) focused.focus({ preventScroll: true });
}

// Put the rows into the order of this moment; the row that has the keys keeps them.
function arrange() {
  const order = inOrder(rows.map(caseOf));
  if (order.some((caseId, at) => caseId !== caseOf(rows[at]))) {
    const kept = anchor();
    const before = kept?.getBoundingClientRect().top;
    moveRows(order);
    if (kept) keepInPlace(kept, before);
  }
  showFresh();
  showList();
}

// After an outcome was noted or taken back: its case, and those that share the number. Or all.
function refresh(outcome = null) {
  forgetCalls(outcome);
  for (const row of rows) {
    if (!isRuled(caseOf(row))) showRow(row);
  }
  arrange();
  showCounts();
}

// Paper has the panels in the order of the list.
function arrangePanels() {
  document.querySelector(".cases").append(...rows.map((row) => placeOf(caseOf(row))));
}

function arrangeForPrint() {
  addEventListener("beforeprint", arrangePanels);
  matchMedia("print").addEventListener("change", ({ matches }) => matches && arrangePanels());
}

export { arrange, arrangeForPrint, refresh };
