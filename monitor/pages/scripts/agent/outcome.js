// The outcome form: what a disposition asks for is shown, and what was typed is put back.
import { callOf, stateOf } from "../memory/cases.js";
import { page } from "../memory/page_data.js";
import { all, byId, put } from "../shared/elements.js";
import { instantOf, nearTime, wall } from "../shared/times.js";
import { _ } from "../shared/words.js";
import { chooseProposed, showAbout } from "./choosing.js";
import { copyMessage } from "./copying.js";
import { keepDraft } from "./drafting.js";
import {
  asksFor, choose, chosen, chosenEntry, dispositionWhere, fields, fillFields, form, leavesAgain, wayChosen,
} from "./form.js";
import { fillGoods, goodsOf, goodsWords } from "./goods.js";
import { instantTyped } from "./hour.js";
import { article, current } from "./panels.js";
import { clearProblem } from "./problems.js";
import { offerWords } from "./reasons.js";
import { lineChosen } from "./rungs.js";
import { panelTo } from "./script.js";
import { showStep } from "./steps.js";
import { openMore } from "./ways.js";

function showAsked() {
  const entry = chosenEntry();
  for (const part of all("[data-asks]", form)) part.hidden = !part.dataset.asks.split(" ").includes(entry?.asks);
  const again = document.querySelector(".again");
  again.classList.toggle("wanted", asksFor("time"));
  again.hidden = !leavesAgain();
  fields.again.required = asksFor("time");
  put(byId("hour-words"), fields.again.value ? nearTime(instantOf(fields.again.value)) : "");
  fields.note.required = asksFor("reason");
  fields.newValue.required = asksFor("contact");
  byId("note-label").textContent = asksFor("reason") ? _("原因") : _("备注");
  const ticked = goodsOf(article()).filter((item) => item.ticked);
  put(byId("ticked"), ticked.length ? _("已勾：%(goods)s", { goods: goodsWords(ticked) }) : _("在上面勾选确认的物资，改好数量。"));
  showThen(entry);
  showAbout();
}

// What happens after this outcome; where somebody grieves, nothing presses.
function showThen(entry) {
  const calm = _("先陪对方说完，不急着记。%(then)s。%(leads)s 记完歇一会儿，再回到列表。", { then: entry?.then, leads: page.leads_words });
  put(byId("then"), entry?.quiet ? calm : entry?.then ?? "");
  const state = stateOf(current());
  const quiet = Boolean(entry?.quiet) || (state.quiet && !state.stopped);
  document.body.classList.toggle("quiet", quiet);
  byId("next-words").textContent = quiet ? _("保存") : _("保存并下一个");
}

// After a round that nobody answered, or where there is no number, a message is the next step. That
// of a round stays here until it was sent, whatever call falls due meanwhile.
function showOffer() {
  const call = callOf(current());
  byId("offer").hidden = !call.offer;
  byId("offer").classList.toggle("also", call.action === "call");
  if (call.offer) put(byId("offer-words"), offerWords(current(), call));
}

// One press: the message is copied and the outcome that says so is chosen.
function sendMessage() {
  const entry = dispositionWhere(({ next }) => next === "message");
  if (!entry || current() === null) return;
  choose(entry.code);
  chooseProposed();
  copyMessage(panelTo(lineChosen()));
  onForm();
  byId("next").focus();
}

const emptyDraft = { disposition: "", about: null, other: "", chose: "", items: [], edited: "" };

function fillForm(kept) {
  const draft = { ...emptyDraft, ...kept };
  form.reset();
  choose(draft.disposition);
  fillFields(draft);
  fillGoods(article(), draft.items);
  if (draft.edited) article().dataset.edited = draft.edited;
  article().querySelector(".other").value = draft.other;
  article().dataset.chose = draft.chose;
  chooseProposed(draft.chose || draft.disposition ? draft.about : null);
  showAsked();
  showStep();
}

const chooseLater = () => !chosen() && choose(dispositionWhere(({ asks }) => asks === "time").code);

// An agreed time as the agent types it becomes the time to call again.
function onHour() {
  const at = instantTyped(byId("hour").value.trim(), Date.now());
  fields.again.value = at === null ? "" : wall(at);
  if (at !== null) chooseLater();
}

// A message goes to whom it is offered for, and a call to whom it is proposed for.
function onForm(event) {
  if (current() === null) return; // the last case was put down between two keys
  clearProblem();
  if (event?.target.id === "hour") onHour();
  if (event?.target.name === "disposition") openMore(false);
  if (!article().dataset.chose && form.dataset.way !== wayChosen()) chooseProposed();
  showAsked();
  showStep();
  keepDraft();
}

function later(choice) {
  let at = Date.now() + Number(choice) * 60000;
  if (choice === "morning") at = instantOf(`${wall(Date.now() + 86400000).slice(0, 10)}T${page.calling[0]}`);
  fields.again.value = wall(Math.ceil(at / 300000) * 300000);
  chooseLater();
  onForm();
}

export { fillForm, later, onForm, sendMessage, showAsked, showOffer };
