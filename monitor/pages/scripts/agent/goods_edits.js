// What the agent's hand does to the goods of the open case.
import { keepDraft } from "./drafting.js";
import { fillGoods, goodOf } from "./goods.js";
import { showAsked } from "./outcome.js";
import { article } from "./panels.js";
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

function onGoods(event) {
  const good = event.target.closest(".good");
  if (!good) return;
  // Whoever corrects an amount has confirmed it.
  if (event.target.matches(".amount, .unit")) good.querySelector("input[type=checkbox]").checked = true;
  article().dataset.edited = "1";
  keepDraft();
  showAsked();
  fillFacts();
}

export { addTyped, onGoods };
