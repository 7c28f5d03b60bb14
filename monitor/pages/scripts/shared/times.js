// Times as the page says them, in the settings' zone. Instants are milliseconds.
import { _, decimal, lang } from "./words.js";

const zone = document.body.dataset.zone;

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

export { dayOf, instantOf, iso, nearTime, shortTime, span, wall, zone };
