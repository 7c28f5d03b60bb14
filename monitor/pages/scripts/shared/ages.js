// Every page: how long ago, what the last runs did, and whether this copy is old.
import { all, byId, dataOf, put } from "./elements.js";
import { shortTime, span } from "./times.js";
import { _, decimal } from "./words.js";

const generated = dataOf("generated");

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
    put(age, _("%(span)s前", { span: span(now - Date.parse(time.dateTime)) }));
  }
  for (const row of all("[data-silent-since]")) {
    row.hidden = now - Date.parse(row.dataset.silentSince) < row.dataset.silentAfter * 1000;
  }
  const pageAge = _("%(span)s前", { span: span(now - Date.parse(generated.at)) });
  if (byId("made")) put(byId("made"), `${shortTime(Date.parse(generated.at))} · ${pageAge}`);
  const stale = byId("stale");
  if (stale) {
    stale.hidden = now - Date.parse(generated.at) < 24 * 3600 * 1000;
    stale.textContent = _("! 这页是 %(span)s前生成的，后来的变化看不到。请向组长要一份新的。", {
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
  const say = (name, words) => put(row.querySelector(`.${name}`), words);
  const word = row.querySelector(".word");
  if (word && run.empty) word.textContent = word.textContent.replace(_("正常"), _("没有新的"));
  say("doing", run.running ? _("正在抓") : "");
  say("well", atOr(run.good, _("还没有过")));
  say("next", turnWords(run));
  say("came", `${amount(run.hour)} / ${amount(run.day)}`);
  say("volume", run.usual ? _("6 小时 %(now)s，平时 %(usual)s", six(run)) : "");
  row.querySelector(".volume").classList.toggle("low", run.low);
  say("found", run.ended ? `${amount(run.new)} / ${amount(run.known)} / ${amount(run.aside)}` : "–");
}

function showRuns() {
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

// Show them, and go on as time does.
function keepAges() {
  showAges();
  showRuns();
  setInterval(showAges, 60000);
}

export { keepAges };
