// What is missing, said beside the field that lacks it until something is typed.
const line = document.createElement("small");
line.className = "problem";
line.id = "problem";
line.setAttribute("role", "alert");
let field = null;

function clearProblem() {
  line.remove();
  field?.removeAttribute("aria-invalid");
  field?.removeAttribute("aria-errormessage");
  field = null;
}

// words: what is missing. holder: the field; what stands in a group is told after the group.
function showProblem(words, holder) {
  clearProblem();
  field = holder;
  line.textContent = words;
  const place = holder.closest(".ways, .amounts, .again, label") ?? holder;
  place.after(line);
  if (holder.matches("input:not([type=radio], [type=checkbox]), textarea")) {
    holder.setAttribute("aria-invalid", "true");
    holder.setAttribute("aria-errormessage", line.id);
  }
  holder.focus();
}

// What is asked at this moment, "" for nothing.
const problemShown = () => (field ? line.textContent : "");

export { clearProblem, problemShown, showProblem };
