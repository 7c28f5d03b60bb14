// The goods of a case as they stand in its panel: ticked, corrected in place, added.
import { all, byId } from "../shared/elements.js";
import { _ } from "../shared/words.js";

function goodsOf(root) {
  return all(".good", root).map((good) => ({
    name: good.querySelector(".good-name").textContent,
    quantity: good.querySelector(".amount").value.trim(),
    unit: good.querySelector(".unit").value.trim(),
    ticked: good.querySelector("input[type=checkbox]").checked,
    struck: good.classList.contains("struck"),
  }));
}

const goodsWords = (items) =>
  items.map((item) => `${item.name} ${item.quantity ?? ""}${item.unit ?? ""}`.trim()).join(_("、"));

// The line of goods by their name; undefined where there is none.
const goodOf = (root, name) => (
  all(".good", root).find((good) => good.querySelector(".good-name").textContent === name)
);

function addGood(root, item) {
  const good = byId("good").content.firstElementChild.cloneNode(true);
  good.querySelector(".good-name").textContent = item.name;
  good.querySelector(".amount").ariaLabel = `${item.name} ${_("数量")}`;
  good.querySelector(".unit").ariaLabel = `${item.name} ${_("计量单位")}`;
  root.querySelector(".add").before(good);
  return good;
}

// Put a draft's goods into the case; goods that the post did not name are added.
function fillGoods(root, items) {
  for (const item of items) {
    const good = goodOf(root, item.name) ?? addGood(root, item);
    good.querySelector(".amount").value = item.quantity;
    good.querySelector(".unit").value = item.unit;
    good.querySelector("input[type=checkbox]").checked = item.ticked;
  }
}

export { fillGoods, goodOf, goodsOf, goodsWords };
