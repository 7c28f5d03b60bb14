// What the form says: what is missing before it can be noted, and the outcome that it tells.
import { typedContact } from "../../../calling/page/contacts.js";
import { numbersOf, pastOf, stateOf } from "../memory/cases.js";
import { newId } from "../memory/entries.js";
import { page } from "../memory/page_data.js";
import { all, byId } from "../shared/elements.js";
import { instantOf, iso, wall } from "../shared/times.js";
import { _ } from "../shared/words.js";
import { secondsOf } from "./call_timer.js";
import { asksFor, chosen, chosenEntry, fields, form, isWriting, keepsGoods, leavesAgain } from "./form.js";
import { article, current } from "./panels.js";
import { aboutContact } from "./rungs.js";

const noneThere = () => ["wrong", "dead"].includes(chosenEntry().number);
const today = () => wall(Date.now()).slice(0, 10);
const againAt = () => (leavesAgain() && fields.again.value ? instantOf(fields.again.value) : null);

const good = (isWanted) => all(".good", article()).find(isWanted);
const fieldOf = (holder, name) => holder.querySelector(name).value.trim();

// Ticked goods whose amount is a number of what nobody told.
const bareAmount = (holder) => (
  holder.querySelector("[type=checkbox]").checked && /\d\s*$/.test(fieldOf(holder, ".amount")) && !fieldOf(holder, ".unit")
);

// What an outcome needs before it can be noted, in the order in which it is asked for. asks: once;
// who says it again, means it.
const demands = [
  { words: _("请先选一个结果（1–5，0 是更多）。"), field: () => form.querySelector(".way:not([hidden]) input"), isUnmet: () => !chosen() },
  { words: _("几点再拨合适？写 16 或 1630。"), field: () => byId("hour"), isUnmet: () => asksFor("time") && !fields.again.value },
  {
    words: _("再拨的时间已经过了。"), field: () => fields.again,
    isUnmet: () => againAt() !== null && againAt() <= Date.now(),
  },
  {
    words: _("请写新的联系方式。"), field: () => fields.newValue,
    isUnmet: () => asksFor("contact") && !typedContact({ value: fields.newValue.value }).value,
  },
  { words: _("请写原因。"), field: () => fields.note, isUnmet: () => asksFor("reason") && !fields.note.value.trim() },
  {
    words: _("这个日期已经过了。"), field: () => fields.until,
    isUnmet: () => asksFor("reason") && fields.until.value && fields.until.value < today(),
  },
  {
    words: _("先问物资到了没有。"), field: () => form.elements.arrived[0],
    isUnmet: () => asksFor("back") && !form.elements.arrived.value,
  },
  {
    words: _("这个日期已经过了。"), field: () => fields.nextNeed,
    isUnmet: () => keepsGoods() && fields.nextNeed.value && fields.nextNeed.value <= today(),
  },
  {
    words: _("还没勾物资。"), field: () => article().querySelector(".good input, .new-good"),
    isUnmet: (items) => asksFor("goods") && !items.length,
  },
  {
    words: _("单位是什么？没有就再按一次 ⏎。"), field: () => good(bareAmount).querySelector(".unit"), asks: true,
    isUnmet: () => asksFor("goods") && Boolean(good(bareAmount)),
  },
  {
    words: _("请选是哪个号码。"), field: () => article().querySelector(".other"),
    isUnmet: () => noneThere() && !aboutContact() && numbersOf(current()).length > 1,
  },
  {
    words: _("这个求助已经办结。确实要再记一条，就再按一次 ⏎。"), field: () => byId("next"), asks: true,
    isUnmet: () => Boolean(stateOf(current()).ended),
  },
];

// The first demand that is not met yet. answered: the words of what was asked just now.
function missing(items, answered) {
  const at = demands.findIndex(({ words, asks }) => asks && words === answered);
  return demands.find(({ isUnmet, asks }, place) => !(asks && place <= at) && isUnmet(items));
}

const yesNo = { yes: true, no: false };

// What a ward that is called back says of its goods, and when they will run out.
function toldOfGoods() {
  const { arrived, fits } = form.elements;
  const day = keepsGoods() && fields.nextNeed.value;
  return {
    arrived: asksFor("back") ? arrived.value || null : null,
    fits: asksFor("back") ? yesNo[fits.value] ?? null : null,
    next_need_at: day ? iso(instantOf(`${day}T${page.calling[0]}`)) : null,
  };
}

// The outcome as the form tells it, in the fields of an outcomes file.
function outcomeOf(ticked) {
  const [again, until] = [againAt(), asksFor("reason") && fields.until.value];
  const heard = { value: fields.newValue.value.trim(), person: fields.newPerson.value.trim() || null };
  return {
    id: newId(),
    case: current(),
    agent: page.agent,
    disposition: chosen(),
    attempted_at: iso(Date.now()),
    note: fields.note.value.trim(),
    call_again_at: again === null ? null : iso(again),
    items: ticked.map(({ name, quantity, unit }) => ({ name, quantity: quantity || null, unit: unit || null })),
    contact: aboutContact(),
    new_contact: asksFor("contact") ? heard : null,
    barred_until: until ? iso(instantOf(`${until}T23:59`)) : null,
    ...toldOfGoods(),
    seconds: isWriting() || chosenEntry().number === "-" ? null : secondsOf(current()),
    after_id: pastOf(current()).at(-1)?.id ?? "",
  };
}

export { missing, outcomeOf };
