// What the ward says to other goods that the supply group offers instead.
import { entries, newId } from "../memory/entries.js";
import { page } from "../memory/page_data.js";
import { all } from "../shared/elements.js";
import { _ } from "../shared/words.js";
import { toast } from "./copying.js";
import { refresh } from "./arranging.js";
import { article, current } from "./panels.js";

const idOf = (box) => Number(box.dataset.substitute);
const answerWords = (decision) => (decision === "accepted" ? _("换的行") : _("换的不行"));

function showSubstitutes() {
  if (current() === null) return;
  for (const box of all(".substitute", article())) {
    const said = entries.answered(idOf(box));
    box.querySelector(".decide").hidden = Boolean(said);
    box.querySelector(".decided").hidden = !said;
    box.querySelector(".decided").textContent = said ? `✓ ${answerWords(said)}` : "";
  }
}

function answer(button) {
  const decision = button.dataset.answer;
  const substitute = idOf(button.closest(".substitute"));
  entries.decide({ id: newId(), case: current(), agent: page.agent, decision, substitute });
  showSubstitutes();
  refresh(null);
  toast(_("已记：%(outcome)s。按 U 撤销。", { outcome: answerWords(decision) }));
}

function offerAnswers() {
  document.addEventListener("case-opened", showSubstitutes);
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("[data-answer]");
    if (button) answer(button);
  });
}

export { answerWords, offerAnswers };
