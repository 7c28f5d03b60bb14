// The list and the case: what state each case is in, which are shown, which one is open.
const dispositions = new Map(page.dispositions.map((entry) => [entry.code, entry]));
const rows = all(".row");
const articles = new Map(all(".case").map((article) => [Number(article.dataset.case), article]));
const rowOf = new Map(rows.map((row) => [Number(row.dataset.case), row]));
const form = byId("outcome");
let current = null;
let filter = "all";

const wordsOf = (code) => dispositions.get(code)?.words ?? code;

// The state of a case with the entries of this browser on top of what the page came with.
function stateOf(caseId) {
  const row = rowOf.get(caseId);
  const mine = entries.of(caseId);
  const last = mine.at(-1)?.outcome;
  const ending = mine.findLast((entry) => dispositions.get(entry.outcome.disposition)?.ends)?.outcome;
  const ended = ending?.disposition ?? row.dataset.ended ?? null;
  const agreed = ended ? null : last ? last.call_again_at : row.dataset.agreed ?? null;
  return {
    ended,
    agreed: agreed ? Date.parse(agreed) : null,
    called: Boolean(last) || row.dataset.state === "called",
    disposition: last?.disposition ?? row.dataset.ended ?? row.dataset.last ?? null,
    draft: Boolean(entries.draft(caseId)?.disposition),
    unsaved: mine.some((entry) => !entry.saved),
    confirmed: Boolean(dispositions.get(ended)?.confirms),
  };
}

function showRow(row) {
  const caseId = Number(row.dataset.case);
  const state = stateOf(caseId);
  const holder = row.querySelector(".state");
  row.classList.toggle("ended", Boolean(state.ended));
  row.classList.toggle("tried", state.called && !state.ended && !state.agreed);
  row.classList.toggle("due", Boolean(state.agreed) && state.agreed <= Date.now());
  if (entries.of(caseId).length || row.dataset.touched) {
    // Only rows with entries are drawn anew; the others stand as they came.
    row.dataset.original ??= holder.innerText;
    row.dataset.touched = "1";
    const agreed = state.agreed ? `● 约定 ${shortTime(state.agreed).replace(/^.*月/, "")}` : "";
    const tried = state.disposition ? `◦ ${wordsOf(state.disposition)}` : row.dataset.original;
    holder.textContent = state.ended ? `✓ ${wordsOf(state.ended)}` : agreed || tried;
    holder.classList.toggle("agreed", Boolean(agreed) && !state.ended);
  }
  const flag = state.unsaved ? "未保存" : state.draft ? "没记完" : "";
  if (flag) row.dataset.flag = flag;
  else delete row.dataset.flag;
}

function showCounts() {
  const states = rows.map((row) => stateOf(Number(row.dataset.case)));
  const open = states.filter((state) => !state.ended);
  const unsaved = entries.unsaved().length;
  const filed = entries.list.length - unsaved;
  byId("count-todo").textContent = open.filter((state) => !state.agreed && !state.called).length;
  byId("count-agreed").textContent = open.filter((state) => state.agreed).length;
  byId("count-confirmed").textContent = states.filter((state) => state.confirmed).length;
  byId("count-unsaved").textContent = unsaved;
  byId("unsaved").classList.toggle("waiting", unsaved > 0);
  byId("save").disabled = !entries.list.length;
  byId("filed").hidden = !filed;
  byId("filed").textContent = `${filed} 条已存进文件，等组长导入。导入后的新页会自动清掉它们。`;
  document.title = document.title.replace(/^(\(未保存 \d+\) )?/, unsaved ? `(未保存 ${unsaved}) ` : "");
}

const squeezed = (text) => text.toLowerCase().replace(/[\s·-]+/g, "");

function matches(row, query) {
  const caseId = Number(row.dataset.case);
  const state = stateOf(caseId);
  const fits = {
    all: true,
    urgent: row.classList.contains("critical") && !state.ended,
    agreed: Boolean(state.agreed),
    silent: "silent" in row.dataset && !state.ended,
    called: state.called || Boolean(state.ended),
  }[filter];
  if (!fits || !query) return fits;
  row.haystack ??= squeezed(row.textContent + articles.get(caseId).textContent);
  return row.haystack.includes(query);
}

function showList() {
  const query = squeezed(byId("search").value);
  let shown = 0;
  for (const row of rows) {
    const fits = matches(row, query);
    row.parentElement.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  if (rows.length) {
    byId("empty").hidden = shown > 0;
    byId("empty").textContent = query ? "没有找到。换个词，或按 Esc 清空搜索。" : "这一类现在没有案子。";
  }
}

const visible = () => rows.filter((row) => !row.parentElement.hidden);

// The row `step` rows further down the visible list, from the current one.
function neighbour(step) {
  const list = visible();
  const at = list.findIndex((row) => Number(row.dataset.case) === current);
  return list[at < 0 ? 0 : Math.min(Math.max(at + step, 0), list.length - 1)];
}

// The next case worth a call now: from here downwards, then from the top.
function nextToCall() {
  const list = visible();
  const at = list.findIndex((row) => Number(row.dataset.case) === current);
  const soon = Date.now() + 5 * 60000;
  return [...list.slice(at + 1), ...list.slice(0, Math.max(at, 0))].find((row) => {
    const state = stateOf(Number(row.dataset.case));
    return !state.ended && (state.agreed ? state.agreed <= soon : !state.called);
  });
}

function nextAgreed() {
  const times = rows.map((row) => stateOf(Number(row.dataset.case)).agreed).filter(Boolean);
  return times.length ? Math.min(...times) : null;
}

function showDue() {
  const due = rows.find((row) => {
    const { agreed } = stateOf(Number(row.dataset.case));
    return agreed && agreed <= Date.now() && Number(row.dataset.case) !== current;
  });
  const notice = byId("due");
  notice.hidden = !due;
  if (!due || notice.dataset.case === due.dataset.case) return;
  notice.dataset.case = due.dataset.case;
  const link = document.createElement("a");
  link.href = `#c${due.dataset.case}`;
  link.textContent = due.querySelector(".name").textContent;
  notice.replaceChildren("● 约定的时间到了：", link);
}

function showHours() {
  const clock = wall(Date.now()).slice(11);
  const [start, end] = page.calling;
  byId("hours").hidden = clock >= start && clock < end;
  byId("hours").textContent = `现在 ${clock}，不在拨打时间（${start}–${end}）。可以先看案子、发私信。`;
}
