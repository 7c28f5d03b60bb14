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

function shortTime(instant) {
  const [date, clock] = wall(instant).split("T");
  const [year, month, day] = date.split("-").map(Number);
  const today = wall(Date.now()).slice(0, 10);
  if (date === today) return clock;
  const prefix = String(year) === today.slice(0, 4) ? "" : `${year}年`;
  return `${prefix}${month}月${day}日 ${clock}`;
}

function span(milliseconds) {
  const minutes = Math.round(Math.abs(milliseconds) / 60000);
  if (minutes < 60) return `${Math.max(minutes, 1)} 分钟`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} 小时`;
  return `${Math.round(minutes / 1440).toLocaleString("zh-CN")} 天`;
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
    const words = `${span(now - Date.parse(time.dateTime))}前`;
    if (age.textContent !== words) age.textContent = words;
  }
  for (const row of all("[data-silent-since]")) {
    row.hidden = now - Date.parse(row.dataset.silentSince) < row.dataset.silentAfter * 1000;
  }
  const stale = byId("stale");
  if (stale) {
    stale.hidden = now - Date.parse(generated.at) < 24 * 3600 * 1000;
    stale.textContent = `! 这页是 ${span(now - Date.parse(generated.at))}前生成的，之后的变化看不到。请向组长要今天的。`;
  }
}

const amount = (count) => Number(count.toFixed(1)).toLocaleString("zh-CN");
const atOr = (time, otherwise) => (time ? shortTime(Date.parse(time)) : otherwise);

// When a source has its next turn; one that is past by now has been left out.
function turnWords(run) {
  if (run.running || !run.next) return "";
  const late = Date.parse(run.next) < Date.parse(generated.at);
  return late ? `${atOr(run.next)} 就该抓了` : `下次 ${atOr(run.next)}`;
}

function showRun(row, run) {
  const put = (name, words) => {
    row.querySelector(`.${name}`).textContent = words;
  };
  const word = row.querySelector(".word");
  if (word && run.empty) word.textContent = word.textContent.replace("正常", "没有新的");
  put("doing", run.running ? "正在抓" : "");
  put("well", atOr(run.good, "还没有过"));
  put("next", turnWords(run));
  put("came", `${amount(run.hour)} / ${amount(run.day)}`);
  put("volume", run.usual ? `6 小时 ${amount(run.window)}，平时 ${amount(run.usual)}` : "");
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
    if (run) fire.querySelector(".amounts").textContent = `6 小时里 ${amount(run.window)} 条，平时 ${amount(run.usual)} 条`;
  }
}

showAges();
showRuns();
setInterval(showAges, 60000);
