// What the agent's clicks and keys do, and the first look at the page.
function chooseStep(tab) {
  for (const other of all("[role=tab]")) {
    other.setAttribute("aria-selected", String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
    byId(other.getAttribute("aria-controls")).hidden = other !== tab;
  }
}

const keys = {
  j: () => go(neighbour(1)),
  k: () => go(neighbour(-1)),
  "/": () => byId("search").focus(),
  c: () => article()?.querySelector(".copy, .copy-message")?.click(),
  n: () => byId("note").focus(),
  u: undo,
  "?": () => byId("help").showModal(),
  Enter: saveOutcome,
};

function onKey(event) {
  const typing = event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select");
  // While a Chinese word is being composed, Enter and digits belong to the input method.
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (byId("help").open) return;
  if (event.key === "Escape") {
    if (event.target.id === "search") {
      byId("search").value = "";
      showList();
    }
    event.target.blur();
    return;
  }
  if (event.target.id === "note" && event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    saveOutcome();
    return;
  }
  if (typing) return;
  const pressable = event.target.closest("a, button, summary");
  if (event.key === "Enter" && pressable && !pressable.matches(".row[aria-current]")) return;
  const way = /^[1-9]$/.test(event.key) ? form.elements.disposition[Number(event.key) - 1] : null;
  const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!way && !action) return;
  event.preventDefault();
  if (way && current !== null) {
    way.checked = true;
    form.dispatchEvent(new Event("input", { bubbles: true }));
    if (way.value === "call_later") byId("again").focus();
  } else if (action) {
    action();
  }
}

function onClick(event) {
  const target = event.target.closest("button, a");
  if (!target) return;
  // Enter shall save the outcome after a click on 复制, not copy once more.
  if (event.detail > 0 && target.matches("button")) target.blur();
  if (target.matches(".copy")) copy(target.dataset.copy, "号码");
  if (target.matches(".copy-step")) copyMessage(target.closest("[role=tabpanel]"));
  if (target.matches(".copy-message")) copyMessage(all("[role=tabpanel]:has(.message)").at(-1));
  if (target.matches("[role=tab]")) chooseStep(target);
  if (target.matches("[data-later]")) later(target.dataset.later);
  if (target.matches(".add-good")) addTyped();
  if (target.matches("[data-filter]")) {
    filter = target.dataset.filter;
    for (const button of all("[data-filter]")) button.setAttribute("aria-pressed", String(button === target));
    showList();
  }
}

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
  all(".good", article()).find((good) => good.querySelector(".good-name").textContent === name)
    .querySelector(".amount").focus();
}

function onGoods(event) {
  const good = event.target.closest(".good");
  if (!good) return;
  // Whoever corrects an amount has confirmed it.
  if (event.target.matches(".amount, .unit")) good.querySelector("input[type=checkbox]").checked = true;
  article().dataset.edited = "1";
  keepDraft();
}

function fromAddress() {
  const found = /^#c(\d+)$/.exec(location.hash);
  document.body.classList.toggle("reading-case", Boolean(found));
  if (found) openCase(Number(found[1]), { focus: true });
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
form.addEventListener("submit", (event) => { event.preventDefault(); saveOutcome(); });
form.addEventListener("input", () => { showThen(); keepDraft(); });
byId("reading").addEventListener("input", onGoods);
byId("reading").addEventListener("keydown", (event) => {
  if (event.target.matches(".new-good") && event.key === "Enter" && !event.isComposing) addTyped();
});
byId("search").addEventListener("input", showList);
byId("help-open").addEventListener("click", () => byId("help").showModal());
byId("save").addEventListener("click", () => {
  toast(`已把 ${entries.save()} 条结果存进文件。请交给组长。`);
  showCounts();
  rows.forEach(showRow);
  if (current !== null) showHistory();
});
addEventListener("hashchange", fromAddress);
addEventListener("storage", () => { entries.load(); rows.forEach(showRow); showCounts(); });
addEventListener("beforeunload", (event) => {
  if (!entries.kept && entries.unsaved().length) event.preventDefault();
});

entries.load();
byId("no-memory").hidden = entries.kept;
rows.forEach(showRow);
showCounts();
showHours();
fromAddress();
// On a wide screen the first case stands open at once; on a telephone the list comes first.
if (current === null && rows.length && matchMedia("(min-width: 52em)").matches) {
  openCase(Number((nextToCall() ?? rows[0]).dataset.case));
}
showDue();
setInterval(() => { showHours(); showDue(); rows.forEach(showRow); }, 30000);
