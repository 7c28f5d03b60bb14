// One's own cases are shown first, everybody's on demand.
import { showCounts } from "../agent/counts.js";
import { showList } from "../agent/list.js";
import { lines, narrow, rows } from "../agent/rows.js";
import { page } from "../memory/page_data.js";
import { byId, put } from "../shared/elements.js";
import { _ } from "../shared/words.js";
import { askForLines } from "./others.js";

const whose = document.createElement("div");
whose.className = "whose";
whose.setAttribute("role", "group");
whose.ariaLabel = _("谁的求助");
let everybody = false;

function showOwner(row) {
  let owner = row.querySelector(".owner");
  if (!owner) {
    owner = document.createElement("span");
    owner.className = "owner";
    row.append(owner);
  }
  put(owner, row.dataset.agent ? _("%(agent)s 的", { agent: row.dataset.agent }) : _("还没分派"));
}

async function choose(isEverybodys) {
  everybody = isEverybodys;
  if (everybody) await askForLines();
  if (everybody) [...rows, ...lines].forEach(showOwner);
  byId("rows").classList.toggle("everybodys", everybody);
  for (const button of whose.children) button.ariaPressed = String(button.value === String(everybody));
  showList();
  showCounts();
}

function offerOwners() {
  narrow((row) => everybody || row.dataset.agent === page.agent);
  for (const [isEverybodys, words] of [[false, _("我的")], [true, _("大家的")]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.value = String(isEverybodys);
    button.textContent = words;
    button.ariaPressed = String(isEverybodys === everybody);
    button.addEventListener("click", () => choose(isEverybodys));
    whose.append(button);
  }
  document.querySelector(".find").prepend(whose);
  showList();
}

export { offerOwners };
