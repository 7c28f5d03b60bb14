// What the agent's clicks and keys do, and the first look at the page.
const keys = {
  j: () => go(neighbour(1)),
  k: () => go(neighbour(-1)),
  "/": () => byId("search").focus(),
  c: () => current !== null && copyChosen(),
  t: () => current !== null && chooseNext(),
  m: sendMessage,
  n: () => byId("note").focus(),
  u: undo,
  "?": () => byId("help").showModal(),
  Enter: saveOutcome,
};

// The field that a disposition asks for takes the next key at once.
function focusAsked() {
  if (asksFor("time")) byId("again").focus();
  if (asksFor("contact")) byId("new-value").focus();
  if (asksFor("reason")) byId("note").focus();
}

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
  if (event.target.closest("#outcome") && typing && event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    saveOutcome();
    return;
  }
  if (typing) return;
  const pressable = event.target.closest("a, button, summary");
  if (event.key === "Enter" && pressable && !pressable.matches(".row[aria-current]")) return;
  if (event.target.matches("[role=tab]") && /^Arrow(Left|Right)$/.test(event.key)) {
    turnStep(event.target, event.key === "ArrowRight" ? 1 : -1);
    return;
  }
  const way = /^[1-9]$/.test(event.key) ? form.elements.disposition[Number(event.key) - 1] : null;
  const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!way && !action) return;
  event.preventDefault();
  if (way && current !== null) {
    way.checked = true;
    onForm();
    focusAsked();
  } else if (action) {
    action();
  }
}

function turnStep(tab, step) {
  const tabs = all("[role=tab]:not([hidden])", script);
  const other = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
  chooseStep(other);
  other.focus();
}

function onClick(event) {
  const target = event.target.closest("button, a");
  if (!target) return;
  // Enter shall save the outcome after a click on 复制, not copy once more.
  if (event.detail > 0 && target.matches("button")) target.blur();
  if (target.matches(".copy")) {
    copy(target.dataset.copy, _("%(words)s 已复制。", { words: grouped(target.dataset.copy) }));
    acknowledge(target);
  }
  if (target.matches(".copy-step")) copyMessage(target.closest("[role=tabpanel]"));
  if (target.matches(".copy-message")) {
    const line = target.closest(".rung");
    fillFacts(line);
    copyMessage(panelTo(line));
    fillFacts();
    acknowledge(target);
  }
  if (target.matches("[role=tab]")) chooseStep(target);
  if (target.matches("[data-later]")) later(target.dataset.later);
  if (target.matches(".add-good")) addTyped();
  if (target.matches("[data-filter]")) {
    filter = target.dataset.filter;
    for (const button of all("[data-filter]")) button.setAttribute("aria-pressed", String(button === target));
    showList();
  }
}

// Which contact the call is about, and the number of one that the page did not have.
function onLadder(event) {
  if (event.target.matches(".other") && event.target.value) {
    event.target.closest(".switchboard").querySelector("[type=radio]").checked = true;
  }
  if (!event.target.closest(".ladder")) return;
  article().dataset.chose = "1";
  showChoice();
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
form.addEventListener("input", onForm);
byId("send").addEventListener("click", sendMessage);
byId("reading").addEventListener("input", onGoods);
byId("reading").addEventListener("input", onLadder);
byId("reading").addEventListener("keydown", (event) => {
  if (event.target.matches(".new-good") && event.key === "Enter" && !event.isComposing) addTyped();
});
byId("search").addEventListener("input", showList);
byId("help-open").addEventListener("click", () => byId("help").showModal());
byId("note-anyway").addEventListener("click", () => document.body.classList.remove("left-alone"));
byId("save").addEventListener("click", saveFile);
addEventListener("hashchange", fromAddress);
addEventListener("storage", () => { entries.load(); refresh(); });
// What was not saved to a file is kept by the browser, yet nobody else knows of it.
addEventListener("beforeunload", (event) => {
  if (entries.unsaved().length) event.preventDefault();
});

entries.load();
byId("no-memory").hidden = entries.kept;
arrange();
rows.forEach(showRow);
fromAddress();
// On a wide screen the first case stands open at once; on a telephone the list comes first.
if (current === null && rows.length && matchMedia("(min-width: 52em)").matches) {
  openCase(Number((nextToCall() ?? rows[0]).dataset.case));
}
showHours();
showDue();
showCounts();
