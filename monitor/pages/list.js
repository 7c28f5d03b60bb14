// The list: the words of each row, what is shown of it, and where to go from here.
const SOON = 30 * 60000;
let filter = "all";
let ofWhom = () => true; // the desk's page has everybody's cases, and narrows them to one's own

// Only what changed is written, so that a turn over 500 rows costs no layout.
function put(holder, words) {
  if (holder.textContent !== words) holder.textContent = words;
}

function showRow(row) {
  if (!row) return;
  const caseId = Number(row.dataset.case);
  const state = stateOf(caseId);
  const why = whyOf(caseId, state);
  put(row.querySelector(".sign"), why.sign);
  put(row.querySelector(".why"), why.head);
  put(row.querySelector(".more"), why.more);
  put(row.querySelector(".reach"), reachOf(caseId, state));
  const tones = { ended: state.ended, due: state.agreed && state.agreed <= Date.now(), waits: !state.now };
  for (const tone of ["agreed", "pressing", "calm"]) tones[tone] = why.tone === tone;
  for (const [tone, is] of Object.entries(tones)) row.classList.toggle(tone, Boolean(is));
  const unsaved = entries.of(caseId).some((entry) => !entry.saved);
  const flag = unsaved ? _("未保存") : entries.draft(caseId)?.disposition ? _("没记完") : "";
  if (flag) row.dataset.flag = flag;
  else delete row.dataset.flag;
}

// A number with its middle hidden, as masking.py hides it.
const partHidden = (value) => (
  value.length >= 9 ? `${value.slice(0, 3)}****${value.slice(-4)}` : `${value.slice(0, 2)}****`
);

// How the next attempt is made, in a word: a number with its middle hidden, or the other way.
function reachOf(caseId, state) {
  const rungs = rungsOf(caseId).filter((rung) => !isBarred(rung));
  const rung = rungs.find((other) => contactKey(other) === (state.call.contact && contactKey(state.call.contact)))
    ?? rungs[0];
  if (state.ended || state.quiet) return "";
  if (!rung) return _("无号码→总机");
  if (!isDialled(rung)) return _("无号码→%(way)s", { way: kinds[rung.kind] ?? rung.kind });
  return partHidden(rung.value);
}

// Who cannot be reached, and not be written to, is asked for at the switchboard: a call too.
const isCall = ({ action, contact }) => (
  ["call", "switchboard"].includes(action) || (action === "unreachable" && !contact)
);

// Whether a message may be written today: as the next step, or beside a call.
const isWritable = ({ call: { offer } }) => Boolean(offer) && wall(offer.at) <= `${wall(Date.now()).slice(0, 10)}T24`;

function showCounts() {
  const states = rows.filter(ofWhom).map((row) => stateOf(Number(row.dataset.case)));
  const midnight = instantOf(`${wall(Date.now()).slice(0, 10)}T23:59`);
  const today = (state) => isCall(state.call) && state.call.at <= midnight;
  const open = states.filter((state) => !state.ended);
  const unsaved = entries.unsaved().length;
  const filed = entries.list.length - unsaved;
  put(byId("count-todo"), String(open.filter((state) => !state.agreed && today(state)).length));
  put(byId("count-write"), String(open.filter(isWritable).length));
  put(byId("count-agreed"), String(open.filter((state) => state.agreed).length));
  put(byId("count-confirmed"), String(states.filter((state) => state.confirmed).length));
  put(byId("count-unsaved"), String(unsaved));
  byId("unsaved").classList.toggle("waiting", unsaved > 0);
  byId("save").disabled = !entries.list.length;
  byId("filed").hidden = !filed;
  put(byId("filed"), _("%(count)s 条已存进文件，等组长导入。导入后的新页会自动清掉它们。", { count: filed }));
  showTitle();
}

const squeezed = (text) => text.toLowerCase().replace(/[\s·-]+/g, "");

function matches(row, query) {
  if (!ofWhom(row)) return false;
  if (filter !== "all") {
    const state = stateOf(Number(row.dataset.case));
    const fits = {
      urgent: row.classList.contains("critical") && !state.ended,
      agreed: Boolean(state.agreed),
      write: isWritable(state),
      silent: !state.ended && !state.quiet && !rungsOf(Number(row.dataset.case)).some((rung) => isDialled(rung) && !isBarred(rung)),
      called: state.called,
    }[filter];
    if (!fits) return false;
  }
  if (!query) return true;
  row.haystack ??= squeezed(row.textContent + wordsIn(Number(row.dataset.case)));
  return row.haystack.includes(query);
}

function showList() {
  const query = squeezed(byId("search").value);
  let shown = 0;
  for (const row of rows) {
    const fits = matches(row, query);
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
  const at = list.findIndex((row) => Number(row.dataset.case) === current);
  return list[at < 0 ? 0 : Math.min(Math.max(at + step, 0), list.length - 1)];
}

// The next case that may be called or written to now: who waits for an agreed call, then from here
// downwards. The list has what presses first, and of what presses alike the calls before messages.
function nextToCall() {
  const list = visible();
  const at = list.findIndex((row) => Number(row.dataset.case) === current);
  const turned = [...list.slice(at + 1), ...list.slice(0, Math.max(at, 0))]
    .map((row) => ({ row, state: stateOf(Number(row.dataset.case)) }))
    .filter(({ row, state }) => state.now && !row.dataset.held);
  const due = turned.filter(({ state }) => state.agreed).sort((a, b) => a.state.agreed - b.state.agreed);
  return (due[0] ?? turned[0])?.row;
}

// The earliest moment at which a case that waits may be called.
function nextTurn() {
  const times = rows.filter(ofWhom).map((row) => stateOf(Number(row.dataset.case)))
    .filter((state) => !state.ended && state.call.at > Date.now())
    .map((state) => ({ at: state.call.at, agreed: Boolean(state.agreed) }));
  return times.sort((a, b) => a.at - b.at)[0] ?? null;
}

// The list stands in the order of the last writing; what Python wrote is stable from day to day.
function arrange() {
  const holders = rows.map((row) => row.parentElement);
  const place = new Map((generated.order ?? []).map((caseId, at) => [caseId, at]));
  const rank = (row) => place.get(Number(row.dataset.case)) ?? rows.length;
  if (!place.size) return;
  rows.sort((a, b) => rank(a) - rank(b));
  if (rows.every((row, at) => row.parentElement === holders[at])) return;
  byId("rows").append(...rows.map((row) => row.parentElement));
  document.querySelector(".cases").append(...rows.map((row) => folded.get(Number(row.dataset.case))));
}
