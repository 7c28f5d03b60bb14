// The outcome form: which disposition is chosen, and what it asks for; its code never matters.
import { dispositions } from "../memory/page_data.js";
import { byId } from "../shared/elements.js";

const form = byId("outcome");
const chosen = () => form.elements.disposition.value;
const chosenEntry = () => dispositions.get(chosen());
const asksFor = (what) => chosenEntry()?.asks === what;

function choose(code) {
  form.elements.disposition.value = code;
}

function unchoose() {
  form.querySelector("[name=disposition]:checked").checked = false;
}

// The first disposition that passes a test.
const dispositionWhere = (test) => [...dispositions.values()].find(test);

// Whether the outcome that is chosen says that a message was written.
const isWriting = () => chosenEntry()?.next === "message";
const wayChosen = () => (isWriting() ? "message" : "");

// The fields that are typed into, by their names in a draft.
const fields = {
  note: byId("note"), again: byId("again"), until: byId("until"), newValue: byId("new-value"), newPerson: byId("new-person"),
  nextNeed: byId("next-need"),
};
// What is chosen among a few, by the same names.
const choices = ["arrived", "fits"];

const typedFields = () => ({
  ...Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value])),
  ...Object.fromEntries(choices.map((name) => [name, form.elements[name].value])),
});

function fillFields(draft) {
  for (const [name, field] of Object.entries(fields)) field.value = draft[name] ?? "";
  for (const name of choices) form.elements[name].value = draft[name] ?? "";
}

// Whether this outcome leaves room for another call, and the field for its time is there.
const leavesAgain = () => !["end", "lead", "never"].includes(chosenEntry()?.next);

// Whether goods are confirmed by then, which may run out again.
const keepsGoods = () => asksFor("back") || asksFor("goods");

export {
  asksFor, choose, chosen, chosenEntry, dispositionWhere, fields, fillFields, form, isWriting, keepsGoods,
  leavesAgain, typedFields, unchoose, wayChosen,
};
