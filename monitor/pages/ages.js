// Every page: how long ago, what the last runs did, and whether this copy is old.
const generated = JSON.parse(document.getElementById("generated").textContent);
const byId = (id) => document.getElementById(id);
const zone = document.body.dataset.zone;
const lang = document.documentElement.lang;
const catalog = JSON.parse(byId("words").textContent);

// Words in the page's language, with %(name)s filled in; the Chinese ones are the messages.
const _ = (message, values = {}) =>
  (catalog[message] ?? message).replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// Wall-clock words of an instant in the settings' zone: "2026-02-12T14:30".
const wallClock = new Intl.DateTimeFormat("sv-SE", {
  timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
});
const wall = (instant) => wallClock.format(instant).replace(" ", "T");

// The instant of wall-clock words in the settings' zone; twice, for days the clock is changed.
function instantOf(words) {
  const wanted = Date.parse(words + "Z");
  let guess = wanted;
  for (let turn = 0; turn < 2; turn += 1) guess += wanted - Date.parse(wall(guess) + "Z");
  return guess;
}

const iso = (instant) => new Date(instant).toISOString().replace(/\.\d+Z$/, "Z");

const dayWords = new Intl.DateTimeFormat(lang, { timeZone: zone, month: "short", day: "numeric" });
const yearWords = new Intl.DateTimeFormat(lang, { timeZone: zone, year: "numeric", month: "short", day: "numeric" });
const decimal = new Intl.NumberFormat(lang);

// The day of an instant as people say it: nothing for today, 2月13日, 2027年2月13日.
function dayOf(instant) {
  const [date, today] = [wall(instant).slice(0, 10), wall(Date.now()).slice(0, 10)];
  if (date === today) return "";
  return (date.slice(0, 4) === today.slice(0, 4) ? dayWords : yearWords).format(instant);
}

function shortTime(instant) {
  return `${dayOf(instant)} ${wall(instant).slice(11)}`.trim();
}

// A moment with its day in words: 今天 16:30, 明天 09:00, 2月14日 09:00.
function nearTime(instant) {
  const clock = wall(instant).slice(11);
  if (!dayOf(instant)) return _("今天 %(clock)s", { clock });
  const tomorrow = wall(Date.now() + 86400000).slice(0, 10) === wall(instant).slice(0, 10);
  return tomorrow ? _("明天 %(clock)s", { clock }) : shortTime(instant);
}

function span(milliseconds) {
  const minutes = Math.round(Math.abs(milliseconds) / 60000);
  if (minutes < 60) return _("%(count)s 分钟", { count: Math.max(minutes, 1) });
  if (minutes < 48 * 60) return _("%(count)s 小时", { count: Math.round(minutes / 60) });
  return _("%(count)s 天", { count: decimal.format(Math.round(minutes / 1440)) });
}

function showAges() {
  const now = Date.now();
  for (const holder of all("[data-age]")) {
    const time = holder.querySelector("time");
    if (!time) continue;
    let age = holder.querySelector(".age");
    if (!age) {
      age = document.createElement("small");
      age.className = "age";
      holder.append(" ", age);
    }
    const words = _("%(span)s前", { span: span(now - Date.parse(time.dateTime)) });
    if (age.textContent !== words) age.textContent = words;
  }
  for (const row of all("[data-silent-since]")) {
    row.hidden = now - Date.parse(row.dataset.silentSince) < row.dataset.silentAfter * 1000;
  }
  const stale = byId("stale");
  if (stale) {
    stale.hidden = now - Date.parse(generated.at) < 24 * 3600 * 1000;
    stale.textContent = _("! 这页是 %(span)s前生成的，之后的变化看不到。请向组长要今天的。", {
      span: span(now - Date.parse(generated.at)),
    });
  }
}

const amount = (count) => decimal.format(Number(count.toFixed(1)));
const atOr = (time, otherwise) => (time ? shortTime(Date.parse(time)) : otherwise);

// When a source has its next turn; one that is past by now has been left out.
function turnWords(run) {
  if (run.running || !run.next) return "";
  const late = Date.parse(run.next) < Date.parse(generated.at);
  const time = atOr(run.next);
  return late ? _("%(time)s 就该抓了", { time }) : _("下次 %(time)s", { time });
}

const six = (run) => ({ now: amount(run.window), usual: amount(run.usual) });

function showRun(row, run) {
  const put = (name, words) => {
    row.querySelector(`.${name}`).textContent = words;
  };
  const word = row.querySelector(".word");
  if (word && run.empty) word.textContent = word.textContent.replace(_("正常"), _("没有新的"));
  put("doing", run.running ? _("正在抓") : "");
  put("well", atOr(run.good, _("还没有过")));
  put("next", turnWords(run));
  put("came", `${amount(run.hour)} / ${amount(run.day)}`);
  put("volume", run.usual ? _("6 小时 %(now)s，平时 %(usual)s", six(run)) : "");
  row.querySelector(".volume").classList.toggle("low", run.low);
  put("found", run.ended ? `${amount(run.new)} / ${amount(run.known)} / ${amount(run.aside)}` : "–");
}

function showRuns() {
  if (byId("made")) byId("made").textContent = shortTime(Date.parse(generated.at));
  for (const row of all("[data-run]")) {
    const run = generated.runs[row.dataset.run];
    if (run) showRun(row, run);
  }
  for (const fire of all("[data-low]")) {
    const run = generated.runs[fire.dataset.low];
    fire.hidden = !run?.low;
    if (run) fire.querySelector(".amounts").textContent = _("6 小时里 %(now)s 条，平时 %(usual)s 条", six(run));
  }
}

showAges();
showRuns();
setInterval(showAges, 60000);
