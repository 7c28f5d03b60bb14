// The rehearsal: a call goes turn by turn as one chooses; at the end stands what the script says.
import { all, byId, dataOf, isTyping, put } from "./shared/elements.js";
import { _, lang } from "./shared/words.js";

const calls = dataOf("calls");
const outcomes = dataOf("outcomes");
const label = (code) => outcomes.find((outcome) => outcome.code === code).label;
const key = `distress:rehearsal:${lang}`;
const call = byId("call");

// `at`: the call that is on; of each call the choices as [turn, choice], and its outcome.
const fresh = () => ({ at: 0, choices: calls.map(() => []), outcomes: calls.map(() => null) });

// Whether all that was chosen is there on this page, and every call before the present one has ended.
const fitsPage = (kept) =>
  kept.choices.length === calls.length && kept.outcomes.length === calls.length &&
  kept.choices.every((pairs, at) => pairs.every(([turn, choice]) => calls[at].turns[turn].choices[choice])) &&
  kept.outcomes.every((code, at) => (code ? outcomes.some((one) => one.code === code) : at >= kept.at));

// What an earlier page or another hand left in the browser may be anything.
function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return Number.isInteger(kept.at) && kept.at >= 0 && fitsPage(kept) ? kept : fresh();
  } catch {
    return fresh();
  }
}

let state = remembered();

function keep() {
  try {
    localStorage.setItem(key, JSON.stringify(state));
  } catch {
    // A browser that keeps nothing remembers as long as this window stands.
  }
}

function element(tag, words = "", name = "") {
  const made = document.createElement(tag);
  made.textContent = words;
  if (name) made.className = name;
  return made;
}

const choiceOf = (at, [turn, choice]) => calls[at].turns[turn].choices[choice];
const wrongOf = (at) => state.choices[at].filter((pair) => choiceOf(at, pair).wrong);
const fits = (at) => calls[at].fits.includes(state.outcomes[at]);

// The turn that is on: what does not fit leaves one where one was.
const turnAt = (at) => state.choices[at].length - wrongOf(at).length;

function talkOf(at) {
  const talk = element("ol", "", "talk");
  talk.setAttribute("aria-live", "polite");
  let turn = -1;
  for (const [place, choice] of state.choices[at]) {
    if (place !== turn) talk.append(element("li", calls[at].turns[place].caller, "caller"));
    turn = place;
    const { say, wrong, answer } = choiceOf(at, [place, choice]);
    talk.append(element("li", say, "own"));
    if (wrong) talk.append(element("li", answer, "caller"), element("li", wrong, "why"));
  }
  const now = turnAt(at);
  if (now < calls[at].turns.length && now !== turn) {
    talk.append(element("li", calls[at].turns[now].caller, "caller"));
  }
  return talk;
}

function buttonsOf(entries, name, choose) {
  const group = element("div", "", `choices ${name}`);
  entries.forEach(([value, words], place) => {
    const button = element("button", words);
    button.type = "button";
    if (place < 9) button.prepend(element("kbd", String(place + 1)));
    button.addEventListener("click", () => choose(value));
    group.append(button);
  });
  return group;
}

function change(act) {
  act();
  keep();
  show();
}

function nextStep(at) {
  const turn = turnAt(at);
  if (turn < calls[at].turns.length) {
    const taken = new Set(state.choices[at].filter(([place]) => place === turn).map((pair) => pair[1]));
    const entries = calls[at].turns[turn].choices.map(({ say }, place) => [place, say]);
    const open = entries.filter(([place]) => !taken.has(place));
    return [
      element("h3", _("您怎么说？")),
      buttonsOf(open, "", (place) => change(() => state.choices[at].push([turn, place]))),
    ];
  }
  if (!state.outcomes[at]) {
    const entries = outcomes.map(({ code, label: words }) => [code, words]);
    return [
      element("h3", _("电话结束了。记哪个结果？")),
      buttonsOf(entries, "short", (code) => change(() => { state.outcomes[at] = code; })),
    ];
  }
  return [verdictOf(at), buttonsOf(
    [[at + 1, at + 1 < calls.length ? _("下一通") : _("回头看看")]], "short",
    (place) => change(() => { state.at = place; }),
  )];
}

function verdictOf(at) {
  const right = calls[at].fits.map(label).join(_("、"));
  const words = fits(at) ? _("✓ 记对了：%(right)s。", { right }) : _("✗ 更合适的是：%(right)s。", { right });
  return element("p", `${words}${calls[at].because}`, fits(at) ? "verdict" : "verdict not");
}

function showCall(at) {
  const title = element("h2", calls[at].title);
  title.id = "title";
  call.replaceChildren(
    title, element("h3", _("原帖")), element("blockquote", calls[at].post), talkOf(at), ...nextStep(at),
  );
  put(byId("progress"), _("第 %(at)s 通，共 %(count)s 通", { at: at + 1, count: calls.length }));
}

function wrongTurn(at, pair) {
  const turn = calls[at].turns[pair[0]];
  const { say, wrong } = choiceOf(at, pair);
  const item = element("li");
  item.append(element("p", _("对方：%(words)s", { words: turn.caller })), element("p", _("您说：%(words)s", { words: say })));
  item.append(element("p", `✗ ${wrong}`, "wrong"));
  item.append(element("p", _("话术“%(step)s”里这样说：", { step: turn.step })), element("blockquote", turn.script.join("\n")));
  return item;
}

function showSummary() {
  const title = element("h2", _("回头看"));
  title.id = "title";
  call.replaceChildren(title);
  calls.forEach((one, at) => {
    const part = element("section");
    const list = element("ul");
    list.append(...wrongOf(at).map((pair) => wrongTurn(at, pair)));
    const smooth = wrongOf(at).length ? [list] : [element("p", _("✓ 每一句都合适。"))];
    part.append(element("h3", one.title), ...smooth);
    part.append(element("p", _("您记的是：%(outcome)s。", { outcome: label(state.outcomes[at]) })), verdictOf(at));
    call.append(part);
  });
  const wrong = calls.reduce((sum, _one, at) => sum + wrongOf(at).length, 0);
  const right = calls.filter((_one, at) => fits(at)).length;
  put(byId("progress"), _("%(wrong)s 句可以换个说法，%(right)s 通结果记对了", { wrong, right }));
}

function show() {
  const isOver = state.at >= calls.length;
  call.classList.toggle("summary", isOver);
  if (isOver) showSummary();
  else showCall(state.at);
  const [first] = all(".choices button");
  if (first) first.focus({ preventScroll: true });
  if (first) first.scrollIntoView({ block: "nearest" });
  else scrollTo(0, 0);
}

byId("again").addEventListener("click", () => change(() => { state = fresh(); }));
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const button = all(".choices button")[Number(event.key) - 1];
  if (button && /^[1-9]$/.test(event.key)) button.click();
});
show();
