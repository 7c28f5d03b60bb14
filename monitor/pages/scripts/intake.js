// The form for calls and notes: at the desk each goes in at once, offline into the outcomes file.
import { byId, dataOf } from "./shared/elements.js";
import { faultOf } from "./shared/faults.js";
import { _ } from "./shared/words.js";

const page = dataOf("intake");
const live = Boolean(page.csrf);
const form = byId("need");
const field = (name) => form.elements[name];
const prefix = `distress:${page.store}:need:`;
const MOST_SHOWN = 8;
const PAUSE = 300; // milliseconds without a key until it is looked up
let entryId = crypto.randomUUID();
let lookedUp = 0;
let timer;
let goodsAreOwn = false;
let sending = false;

function tell(id, words) {
  byId(id).textContent = words;
  byId(id).hidden = !words;
}

// Open cases of the same facility, as far as this page knows them without the desk.
function knownHere(facility) {
  const squeezed = facility.replace(/\s+/g, "");
  if (squeezed.length < 2) return [];
  return page.cases.filter(({ line }) => line.replace(/\s+/g, "").includes(squeezed)).slice(0, MOST_SHOWN);
}

async function knownAtDesk() {
  const asked = new URLSearchParams();
  for (const name of ["facility", "number", "ward_number"]) asked.set(name, field(name).value);
  const answer = await fetch(`calls/known?${asked}`, { signal: AbortSignal.timeout(20000) });
  return answer.ok ? (await answer.json()).cases : [];
}

function showKnown(cases) {
  const chosen = form.elements.which.value;
  byId("choices").replaceChildren(...cases.map(({ id, line }) => {
    const label = document.createElement("label");
    const choice = document.createElement("input");
    Object.assign(choice, { type: "radio", name: "which", value: String(id), checked: chosen === String(id) });
    label.append(choice, ` ${id} · ${line}`);
    return label;
  }));
  byId("known").hidden = !cases.length;
  if (!cases.some(({ id }) => chosen === String(id))) form.elements.which.value = chosen === "0" ? "0" : "";
}

async function lookUp() {
  lookedUp += 1;
  const turn = lookedUp;
  try {
    const cases = live ? await knownAtDesk() : knownHere(field("facility").value);
    if (turn === lookedUp) showKnown(cases);
  } catch {
    // Without the desk nothing is shown; the rules of merging tell once the call is in.
  }
}

function entryNow() {
  const which = form.elements.which.value;
  const goods = field("goods").value.trim();
  return {
    id: entryId,
    agent: live ? page.agent : field("agent").value,
    kind: form.elements.kind.value,
    caller: field("caller").value.trim(),
    number: field("number").value.trim(),
    pass_on: field("pass_on").checked,
    ward_number: field("ward_number").value.trim(),
    facility: field("facility").value.trim(),
    words: field("words").value.trim(),
    goods: goods || (goodsAreOwn ? "" : null),
    at: new Date().toISOString(),
    case: Number(which) || null,
    apart: which === "0",
    confirm: field("confirm").checked,
  };
}

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF": page.csrf },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60000),
  });
  const fault = await faultOf(answer);
  if (fault) throw new Error(fault);
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error);
  return told;
}

// The readers' goods stand in the field to be mended, until somebody has typed there.
async function readGoods() {
  if (!live || goodsAreOwn || !field("words").value.trim()) return;
  try {
    const { goods } = await post("calls/read", entryNow());
    if (!goodsAreOwn) field("goods").value = goods;
  } catch {
    // Somebody types them, or they are read once the call is in.
  }
}

const kept = () => Object.keys(localStorage).filter((key) => key.startsWith(prefix))
  .map((key) => JSON.parse(localStorage.getItem(key)));

function count() {
  if (!live) byId("count").textContent = String(kept().length);
}

function begin(words) {
  form.reset();
  entryId = crypto.randomUUID();
  goodsAreOwn = false;
  showKnown([]);
  tell("problem", "");
  tell("done", words);
  field("caller").focus();
}

function keepHere(entry) {
  const lack = entry.confirm && !entry.goods ? _("勾了已确认，就写上物资。") : "";
  const bare = (words) => words.replace(/[\s-]/g, "");
  const number = /\d{7,}/.exec(bare(entry.number))?.[0] ?? bare(entry.number);
  const held = number && !entry.pass_on && bare(entry.caller + entry.facility + entry.words).includes(number);
  const problem = lack || (held ? _("不能转的号码写在了原话里，请删去。") : "");
  if (problem) {
    tell("problem", problem);
    return;
  }
  try {
    localStorage.setItem(prefix + entry.id, JSON.stringify(entry));
  } catch {
    tell("problem", _("! 这个浏览器不肯记住内容，请先写在纸上。"));
    return;
  }
  begin(_("已记下。交班前按“保存结果”，把文件交给组长。"));
  count();
}

async function send(entry) {
  sending = true;
  try {
    const told = await post("calls", entry);
    const number = told.case;
    begin(told.new ? _("已记下：新求助 %(number)s。", { number }) : _("已记下：加进求助 %(number)s。", { number }));
  } catch (error) {
    tell("problem", _("没记进去：%(why)s", { why: error.message }));
  } finally {
    sending = false;
  }
}

function save() {
  const needs = kept();
  const file = { format: "distress-outcomes", version: 3, store: page.store, outcomes: [], decisions: [], needs };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${JSON.stringify(file, null, 1)}\n`], { type: "application/json" }));
  link.download = `outcomes-calls-${page.date}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  for (const { id } of needs) localStorage.removeItem(prefix + id);
  tell("done", _("已把 %(count)s 条来电存进文件。请交给组长。", { count: needs.length }));
  count();
}

form.addEventListener("input", ({ target }) => {
  if (target.name === "goods") goodsAreOwn = true;
  if (!["facility", "number", "ward_number"].includes(target.name)) return;
  clearTimeout(timer);
  timer = setTimeout(lookUp, PAUSE);
});
field("words").addEventListener("change", readGoods);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (sending) return;
  if (live) send(entryNow());
  else keepHere(entryNow());
});
if (!live) byId("save").addEventListener("click", save);
count();
