// What time does: agreed calls that fall due, the window's title, calling hours.
let blink = false;

function dueRows() {
  return rows
    .filter(ofWhom)
    .map((row) => ({ row, agreed: stateOf(Number(row.dataset.case)).agreed }))
    .filter(({ row, agreed }) => agreed && agreed <= Date.now() && Number(row.dataset.case) !== current)
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

// Unsaved work stands in the title; a due call takes turns with it, seen from another window.
function showTitle() {
  showTitle.plain ??= document.title;
  const unsaved = entries.unsaved().length;
  const due = byId("due");
  const calls = !due.hidden && blink && !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const title = unsaved ? `(${_("未保存")} ${unsaved}) ${showTitle.plain}` : showTitle.plain;
  const words = calls ? due.textContent : title;
  if (document.title !== words) document.title = words;
}

function showHours() {
  const clock = wall(Date.now()).slice(11);
  const [start, end] = page.calling;
  byId("hours").hidden = clock >= start && clock < end;
  put(byId("hours"), _("现在 %(clock)s，不在拨打时间（%(start)s–%(end)s）。可以先看案子、发私信。", { clock, start, end }));
}

function onMinute() {
  forgetCalls();
  rows.forEach(showRow);
  showHours();
  showDue();
  showCounts();
  if (current === null) return;
  showReason();
  showLadder();
  if (!article().dataset.chose && !chosen()) chooseProposed();
  showOffer();
}

setInterval(() => { blink = !blink; showTitle(); }, 1500);
setInterval(onMinute, 30000);
