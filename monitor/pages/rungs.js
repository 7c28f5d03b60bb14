// The contact ladder of the open case: what was tried, what is barred, which one the call is about.
const lines = () => all(".rung", article());
const keyOfLine = (line) => contactKey(line.dataset);

function grouped(value) {
  if (/^1\d{10}$/.test(value)) return `${value.slice(0, 3)} ${value.slice(3, 7)} ${value.slice(7)}`;
  return value.replace(/^(0\d{2,3}-)?(\d{4})(\d{4})(-\d+)?$/, "$1$2 $3$4");
}

// A contact that someone was passed on to on the phone, as a line of the ladder.
function addRung(rung) {
  const line = byId("rung").content.firstElementChild.cloneNode(true);
  Object.assign(line.dataset, { kind: rung.kind, value: rung.value });
  line.querySelector("input").name = `about-${current}`;
  line.querySelector(".kind").textContent = kinds[rung.kind] ?? rung.kind;
  line.querySelector(".value").textContent = grouped(rung.value);
  line.querySelector(".copy").dataset.copy = rung.value;
  line.querySelector(".copy").ariaLabel = `${_("复制")} ${rung.value}`;
  const [who, heard] = [document.createElement("bdi"), document.createElement("span")];
  who.className = "who";
  who.textContent = rung.person ?? "";
  heard.textContent = _("电话里听到的");
  line.querySelector(".beside").append(...(rung.person ? [who, heard] : [heard]));
  line.dataset.heard = "1";
  article().querySelector(".rungs").prepend(line);
}

function triedWords(key) {
  const tried = pastOf(current).filter((attempt) => attempt.contact && contactKey(attempt.contact) === key);
  const last = tried.at(-1);
  if (!last) return "";
  const values = { outcome: wordsOf(last.disposition), time: shortTime(Date.parse(last.attempted_at)), count: tried.length };
  return tried.length > 1
    ? _("上次 %(outcome)s %(time)s，共 %(count)s 次", values)
    : _("上次 %(outcome)s %(time)s", values);
}

function barHere(line, outcome) {
  const until = outcome.barred_until;
  const words = wordsOf(outcome.disposition);
  line.classList.add("barred");
  line.querySelector("input").disabled = true;
  line.querySelector("input").checked = false;
  all(".copy, .copy-message, .dial, .visit", line).forEach((way) => { way.hidden = true; });
  line.querySelector(".barred-words").textContent = until
    ? _("%(words)s，至 %(date)s", { words, date: dayOf(Date.parse(until)) || _("今天") })
    : words;
}

// A mark of this browser that was undone gives the line back as it came.
function unbar(line) {
  if (!line.dataset.mine) return;
  delete line.dataset.mine;
  line.classList.remove("barred");
  line.querySelector("input").disabled = false;
  all(".copy, .copy-message, .dial, .visit", line).forEach((way) => { way.hidden = false; });
  line.querySelector(".barred-words").textContent = "";
}

function showLadder() {
  const rungs = rungsOf(current);
  const marked = markedHere();
  for (const line of lines()) {
    const gone = line.dataset.heard && !rungs.some((rung) => contactKey(rung) === keyOfLine(line));
    if (gone) line.remove();
  }
  const there = new Set(lines().map(keyOfLine));
  const heard = rungs.filter((rung) => rung.heard && !there.has(contactKey(rung)));
  for (const rung of heard.reverse()) addRung(rung);
  const { contact, action } = callOf(current);
  const wanted = contact && contactKey(contact);
  for (const line of lines()) {
    const key = keyOfLine(line);
    const mark = marked.get(key);
    if (mark && !line.classList.contains("barred")) {
      line.dataset.mine = "1";
      barHere(line, mark);
    } else if (!mark) unbar(line);
    line.querySelector(".tried").textContent = triedWords(key);
    const proposed = key === wanted && !line.classList.contains("barred");
    line.classList.toggle("proposed", proposed);
    if (proposed) line.querySelector(".call-this").textContent = action === "call" ? _("拨这个") : _("发这里");
    if (proposed && line.closest("details")) line.closest("details").open = true;
  }
  const usable = rungs.some((rung) => isDialled(rung) && !isBarred(rung));
  article().querySelector(".switchboard").hidden = usable && !["switchboard", "unreachable"].includes(action);
}

const choices = () => all(".ladder input[type=radio]:not(:disabled)", article())
  .filter((choice) => !choice.closest("[hidden], details:not([open])"));

// The number that a call was to: the best that may be used, else the one called last.
function numberHere() {
  const called = pastOf(current).findLast((attempt) => attempt.contact && isDialled(attempt.contact));
  return rungsOf(current).find((rung) => isDialled(rung) && !isBarred(rung)) ?? called?.contact;
}

// The one that is proposed; where none is, the one tried last, or the first that may be used.
function chooseProposed(kept) {
  const last = pastOf(current).findLast((attempt) => attempt.contact)?.contact;
  const { contact, action, offer } = callOf(current);
  let proposed = action === "switchboard" ? null : contact ?? last;
  if (isCalling() && proposed && !isDialled(proposed)) proposed = numberHere() ?? proposed;
  const wanted = kept ?? (isWriting() && offer ? offer.contact : proposed);
  const keys = [wanted].filter(Boolean).map(contactKey);
  const line = keys.map((key) => lines().find((other) => keyOfLine(other) === key && !other.matches(".barred")))
    .find(Boolean);
  const own = kept && !line && article().querySelector(".other").value && article().querySelector("[value=other]");
  const choice = own || (line?.querySelector("input") ?? choices()[0]);
  if (choice) choice.checked = true;
  if (line?.closest("details")) line.closest("details").open = true;
  form.dataset.way = wayChosen();
  showChoice();
}

const lineChosen = () => article().querySelector(".ladder input[type=radio]:checked")?.closest(".rung");

// What the outcome is about, as an entry tells it; null where nothing of it is known.
function aboutContact() {
  const choice = article().querySelector(".ladder input[type=radio]:checked");
  const line = choice?.closest(".rung");
  if (line) return { kind: line.dataset.kind, value: line.dataset.value };
  const typed = choice && article().querySelector(".other").value.trim();
  return typed ? typedContact({ value: typed }) : null;
}

function showAbout() {
  const contact = aboutContact();
  const said = contact && (contact.kind === "post" ? _("私信") : grouped(contact.value));
  const words = isWriting() ? _("发给 %(contact)s", { contact: said }) : _("拨的是 %(contact)s", { contact: said });
  byId("about").textContent = said && chosen() ? `${words} · ` : "";
}

// The script speaks of and to the contact that is chosen.
function showChoice() {
  showAbout();
  fillFacts();
  showPassedOn();
}

function chooseNext() {
  const list = choices();
  if (!list.length) return;
  const at = list.findIndex((choice) => choice.checked);
  const choice = list[(at + 1) % list.length];
  choice.checked = true;
  choice.focus();
  article().dataset.chose = "1";
  showChoice();
  keepDraft();
}

// What C copies: the contact that is chosen, never one that is barred.
function copyChosen() {
  const line = article().querySelector(".ladder input[type=radio]:checked")?.closest("li, p");
  line?.querySelector(".copy:not([hidden]), .copy-message:not([hidden])")?.click();
}
