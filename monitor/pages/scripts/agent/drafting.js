// What was typed and not yet noted, kept for each case.
import { entries } from "../memory/entries.js";
import { chosen, typedFields } from "./form.js";
import { goodsOf } from "./goods.js";
import { article, current } from "./panels.js";
import { rowOf, showRow } from "./rows.js";
import { aboutContact } from "./rungs.js";

function keepDraft() {
  if (current() === null) return;
  const typed = typedFields();
  const { chose = "", edited = "" } = article().dataset;
  const other = article().querySelector(".other").value;
  const draft = {
    ...typed, disposition: chosen(), about: aboutContact(), other, chose, items: goodsOf(article()), edited,
  };
  const isBegun = [...Object.values(typed), draft.disposition, other, chose, edited].some(Boolean);
  entries.setDraft(current(), isBegun ? draft : null);
  showRow(rowOf.get(current()));
}

export { keepDraft };
