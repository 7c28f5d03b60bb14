// The goods of a case as they stand in its panel: ticked, corrected in place, added. Goods and units
// are kept by their own words, and shown in the page's language.
import { all, byId } from "../shared/elements.js";
import { named } from "../shared/names.js";
import { _, lang, listed } from "../shared/words.js";

// What stands in a field, by its own word where that was not changed.
function ownWord(field) {
  const { own = "" } = field.dataset;
  const typed = field.value.trim();
  return typed === named(own) ? own : typed;
}

function putOwn(field, word) {
  field.value = named(word);
  field.dataset.own = word;
}

function goodsOf(root) {
  return all(".good", root).map((good) => ({
    name: good.querySelector(".good-name").dataset.name,
    quantity: ownWord(good.querySelector(".amount")),
    unit: ownWord(good.querySelector(".unit")),
    ticked: good.querySelector("input[type=checkbox]").checked,
    struck: good.classList.contains("struck"),
  }));
}

function goodWords({ name, quantity, unit }) {
  const amount = quantity ? _("%(amount)s%(unit)s", { amount: named(quantity), unit: named(unit ?? "") }).trim() : "";
  return lang === "en" && amount ? `${named(name)} (${amount})` : `${named(name)} ${amount}`.trim();
}

const goodsWords = (items) => listed(items.map(goodWords));
const goodsNames = (items) => listed(items.map(({ name }) => named(name)));

// The line of goods by their name; undefined where there is none.
const goodOf = (root, name) => (
  all(".good", root).find((good) => good.querySelector(".good-name").dataset.name === name)
);

function addGood(root, item) {
  const good = byId("good").content.firstElementChild.cloneNode(true);
  const words = good.querySelector(".good-name");
  words.dataset.name = item.name;
  words.textContent = named(item.name);
  good.querySelector(".amount").ariaLabel = `${words.textContent} ${_("数量")}`;
  good.querySelector(".unit").ariaLabel = `${words.textContent} ${_("计量单位")}`;
  root.querySelector(".add").before(good);
  return good;
}

// Put a draft's goods into the case; goods that the post did not name are added.
function fillGoods(root, items) {
  for (const item of items) {
    const good = goodOf(root, item.name) ?? addGood(root, item);
    putOwn(good.querySelector(".amount"), item.quantity);
    putOwn(good.querySelector(".unit"), item.unit);
    good.querySelector("input[type=checkbox]").checked = item.ticked;
  }
}

export { fillGoods, goodOf, goodsNames, goodsOf, goodsWords };
