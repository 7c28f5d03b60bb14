// The desk: entries go to it by themselves, what others do comes in; without it the page works on.
const live = page.live;
const GRACE = 4000; // an entry can be undone for so long before it is sent
const LONGEST_WAIT = 60000;
const AT_ONCE = 100;
const desk = {
  cursor: live.cursor, state: "up", over: false, wait: live.poll_seconds * 1000, timer: 0,
  sending: null, most: AT_ONCE, refused: new Map(),
};
const refusals = {
  agent: _("记在别人名下"), case: _("库里没有这个案子"), changed: _("送过同一条，内容不一样"),
  unreadable: _("内容不合格式"), unmet: _("少了这种结果要填的"), large: _("太长了"),
  other: _("请组长查看"),
};
const news = { watchers: [] };

// What the desk answers; a session that ended is told apart from a desk that cannot be reached.
async function ask(path, given, keepalive = false) {
  const sent = given && {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF": live.csrf },
    body: JSON.stringify(given),
    keepalive,
  };
  const answer = await fetch(path, { ...sent, cache: "no-store", signal: AbortSignal.timeout(30000) });
  desk.over ||= answer.status === 403; // somebody signed in anew in this browser: this page's token is void
  if (answer.status === 401 || answer.status === 403) showLink("out");
  if (!answer.ok) throw Object.assign(new Error(`${path}: ${answer.status}`), { status: answer.status });
  return answer.json();
}

const waiting = () => entries.list.filter(({ outcome }) => !desk.refused.has(outcome.id));
const due = (entry) => Date.now() - entry.noted >= GRACE;

// Send what waits; one request at a time, and the same ids until the desk has said what became of them.
function send({ now = false, keepalive = false } = {}) {
  desk.sending ??= sendAll(now, keepalive).finally(() => { desk.sending = null; });
  return desk.sending;
}

// What is under way may have left out the newest.
async function sendRest() {
  await desk.sending?.catch(() => {});
  await send({ now: true }).catch(() => {});
}

// More than the desk reads at once goes in parts; what is too large alone does not hold up the rest.
function smaller(batch, error) {
  if (error.status !== 413) throw error;
  if (batch.length === 1) desk.refused.set(batch[0].outcome.id, refusals.large);
  else desk.most = Math.ceil(batch.length / 2);
}

async function sendAll(now, keepalive) {
  for (;;) {
    const batch = waiting().filter((entry) => now || due(entry)).slice(0, desk.most);
    if (!batch.length) return;
    const told = await ask("outcomes", { outcomes: batch.map((entry) => entry.outcome) }, keepalive)
      .catch((error) => smaller(batch, error));
    if (!told) continue;
    const results = new Map(told.results.map((result) => [result.id, result]));
    for (const entry of batch) {
      const result = results.get(entry.outcome.id) ?? { status: "refused" };
      if (result.status === "refused") desk.refused.set(entry.outcome.id, refusals[result.why] ?? refusals.other);
      else accepted(entry);
    }
    told.clashes.forEach(showClash);
    afterTaking();
  }
}

// The store has it: from now on it is part of the past, like everybody's.
function accepted(entry) {
  const { outcome } = entry;
  // Another window's writing reads the list anew: the same entry is another object then.
  const kept = entries.list.find((other) => other.outcome.id === outcome.id);
  if (!kept && !cases.get(outcome.case)?.history.some(({ id }) => id === outcome.id)) {
    toast(_("刚才那条已经送到，撤不回了；请再记一条来更正。"));
  }
  page.known.push(outcome.id);
  entries.remove(kept ?? entry);
  takeIn(outcome);
}

function takeIn(callback) {
  const known = cases.get(callback.case);
  if (!known || known.history.some(({ id }) => id === callback.id)) return;
  known.closed ||= Boolean(meaning(callback).ends);
  panelOf(callback.case).querySelector(".history").append(pastLine(callback));
  learn(callback);
}

function pastLine(callback) {
  const line = lineOf(callback);
  if (callback.agent !== page.agent) line.append(`· ${callback.agent}`);
  return line;
}

function afterTaking() {
  refresh();
  showList();
  showLink(desk.state);
  if (current === null) return;
  showHistory();
  showReason();
}

// What came in since the last look.
function take(told) {
  desk.cursor = told.cursor;
  for (const callback of told.callbacks) {
    const own = entries.list.find((entry) => entry.outcome.id === callback.id);
    if (own) accepted(own);
    else takeIn(callback);
  }
  for (const { case: caseId } of told.callbacks) unfolded.get(caseId)?.querySelector(".clashed")?.remove();
  told.clashes.forEach(showClash);
  for (const { case: caseId, agent } of told.assigned) {
    if (rowOf.has(caseId)) rowOf.get(caseId).dataset.agent = agent;
  }
  showNewCases(told.cases_new);
  for (const watcher of news.watchers) watcher(told);
  if (told.callbacks.length || told.assigned.length) afterTaking();
}

async function poll() {
  clearTimeout(desk.timer);
  try {
    await send();
    take(await ask(`live?after=${desk.cursor}`));
    showLink("up");
    desk.wait = live.poll_seconds * 1000;
  } catch {
    if (desk.state === "up") showLink("down");
    desk.wait = Math.min(desk.wait * 2, LONGEST_WAIT);
  }
  clearTimeout(desk.timer);
  desk.timer = setTimeout(poll, desk.wait);
}

function notice(id, strong) {
  const line = document.createElement("p");
  line.className = strong ? "notice strong" : "notice";
  line.id = id;
  line.hidden = true;
  line.setAttribute("role", "status");
  document.querySelector(".notices").append(line);
  return line;
}
const linkLine = notice("link", true);
const refusedLine = notice("refused", true);
const newLine = notice("new-cases", false);

const refused = () => entries.list.filter(({ outcome }) => desk.refused.has(outcome.id));

function showLink(state) {
  desk.state = desk.over ? "out" : state;
  linkLine.hidden = desk.state === "up";
  put(linkLine, {
    up: "",
    down: _("! 连不上；记下的都在这台浏览器里，连上后自动送出。"),
    out: _("! 登录过期了。请刷新这页，或打开组长给的新链接；记下的都在这台浏览器里，登录后自动送出。"),
  }[desk.state]);
  const left = refused();
  refusedLine.hidden = !left.length;
  put(refusedLine, _("! 有 %(count)s 条没被收下（%(reason)s）。请按“保存结果”，把文件交给组长。", {
    count: left.length, reason: [...new Set(left.map(({ outcome }) => desk.refused.get(outcome.id)))].join(_("、")),
  }));
}

function showNewCases(count) {
  newLine.hidden = !count;
  if (!count || newLine.dataset.count === String(count)) return;
  newLine.dataset.count = count;
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = _("刷新");
  again.addEventListener("click", () => location.reload());
  newLine.replaceChildren(`${_("来了 %(count)s 个新案。", { count })} `, again);
}

function showClash(caseId) {
  const known = panelOf(caseId);
  if (!known || known.querySelector(".clashed")) return;
  const line = document.createElement("p");
  line.className = "notice strong clashed";
  line.textContent = _("! 两位同事都记了结果，两条都留着。请核对，再记一条算数的。");
  known.querySelector(".head").after(line);
  toast(_("案 %(number)s：两位同事都记了结果，请核对。", { number: caseId }));
}

entries.onAdd(() => {
  setTimeout(() => send().catch(() => showLink(desk.state === "up" ? "down" : desk.state)), GRACE + 50);
});
addEventListener("online", poll);
document.addEventListener("visibilitychange", () => document.hidden || poll());
// Before the page's own warning: what waits is sent on the way out, and stays here until it is known.
addEventListener("beforeunload", (event) => {
  send({ now: true, keepalive: true }).catch(() => {});
  if (desk.state === "up" && !refused().length) event.stopImmediatePropagation();
}, { capture: true });
