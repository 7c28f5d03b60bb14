// What the agent's hand does to the goods of the open case.
import { all } from "../shared/elements.js";
import { keepDraft } from "./drafting.js";
import { fillGoods, goodOf } from "./goods.js";
import { showAsked } from "./outcome.js";
import { article } from "./panels.js";
import { clearProblem } from "./problems.js";
import { fillFacts } from "./script.js";

function addTyped() {
  const field = article().querySelector(".new-good");
  const name = field.value.trim();
  if (!name) {
    field.focus();
    return;
  }
  field.value = "";
  fillGoods(article(), [{ name, quantity: "", unit: "", ticked: true }]);
  article().dataset.edited = "1";
  keepDraft();
  showAsked();
  fillFacts();
  goodOf(article(), name).querySelector(".amount").focus();
}

const ticks = () => all(".good [type=checkbox]", article());

// All as the posts have it is what a call confirms, where the agent has ticked nothing yet.
function tickAsWritten() {
  const list = ticks();
  if (list.some(({ checked }) => checked)) return;
  for (const tick of list) tick.checked = !tick.closest(".struck");
}

const focusGoods = () => (ticks()[0] ?? article().querySelector(".new-good")).focus();

function typeAmount(tick, digit) {
  const amount = tick.closest(".good").querySelector(".amount");
  amount.focus();
  if (digit) amount.value = digit;
  if (digit) amount.dispatchEvent(new Event("input", { bubbles: true }));
}

// What a key does on the tick of goods that a call confirms: digits change its amount, Tab goes to
// the next goods. Whether it did anything.
function onTick({ key, shiftKey, target }) {
  const other = ticks()[ticks().indexOf(target) + (shiftKey ? -1 : 1)];
  if (/^\d$/.test(key)) typeAmount(target, key);
  else if (key === "ArrowRight") typeAmount(target, "");
  else if (key === "Tab" && other) other.focus();
  else return false;
  return true;
}

function onGoods(event) {
  clearProblem();
  const good = event.target.closest(".good");
  if (!good) return;
  // Whoever corrects an amount has confirmed it.
  if (event.target.matches(".amount, .unit")) good.querySelector("input[type=checkbox]").checked = true;
  article().dataset.edited = "1";
  keepDraft();
  showAsked();
  fillFacts();
}

export { addTyped, focusGoods, onGoods, onTick, tickAsWritten };
