// Cases that two people noted without knowing of each other.
import { isUnfolded, panelOf } from "../agent/panels.js";
import { toast } from "../agent/copying.js";
import { _ } from "../shared/words.js";

function showClash(caseId) {
  const known = panelOf(caseId);
  if (!known || known.querySelector(".clashed")) return;
  const line = document.createElement("p");
  line.className = "notice strong clashed";
  line.textContent = _("! 两位同事都记了结果，两条都留着。请核对，再记一条算数的。");
  known.querySelector(".head").after(line);
  toast(_("求助 %(number)s：两位同事都记了结果，请核对。", { number: caseId }));
}

function forgetClash(caseId) {
  if (isUnfolded(caseId)) panelOf(caseId).querySelector(".clashed")?.remove();
}

export { forgetClash, showClash };
