// What the form says: what is missing before it can be noted, and the outcome that it tells.
import { typedContact } from "../../../calling/page/contacts.js";
import { numbersOf, pastOf } from "../memory/cases.js";
import { newId } from "../memory/entries.js";
import { page } from "../memory/page_data.js";
import { instantOf, iso, wall } from "../shared/times.js";
import { _ } from "../shared/words.js";
import { asksFor, chosen, chosenEntry, fields, form, leavesAgain } from "./form.js";
import { article, current } from "./panels.js";
import { aboutContact } from "./rungs.js";

const noneThere = () => ["wrong", "dead"].includes(chosenEntry().number);
const today = () => wall(Date.now()).slice(0, 10);
const againAt = () => (leavesAgain() && fields.again.value ? instantOf(fields.again.value) : null);

// What an outcome needs before it can be noted, in the order in which it is asked for.
const demands = [
  { words: _("先选一个结果（1–9）。"), field: () => form.elements.disposition[0], isUnmet: () => !chosen() },
  { words: _("请填再拨时间。"), field: () => fields.again, isUnmet: () => asksFor("time") && !fields.again.value },
  {
    words: _("再拨时间已经过了。"), field: () => fields.again,
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
    words: _("还没勾选物资。"), field: () => article().querySelector(".good input, .new-good"),
    isUnmet: (items) => asksFor("goods") && !items.length,
  },
  {
    words: _("请选是哪个号码。"), field: () => article().querySelector(".other"),
    isUnmet: () => noneThere() && !aboutContact() && numbersOf(current()).length > 1,
  },
];

// The first demand that is not met yet.
const missing = (items) => demands.find(({ isUnmet }) => isUnmet(items));

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
    after_id: pastOf(current()).at(-1)?.id ?? "",
  };
}

export { missing, outcomeOf };
