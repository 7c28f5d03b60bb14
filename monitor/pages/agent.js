// The open case: what was noted here, the facts that the script speaks of, how one is opened.

// An outcome as a line of its case's history.
function lineOf({ disposition, attempted_at: at, note, items, call_again_at: again, contact, new_contact: heard }) {
  const rest = [
    contact && contact.kind !== "post" ? contact.value : "",
    again ? _("约 %(time)s", { time: shortTime(Date.parse(again)) }) : "",
    heard ? _("转给 %(contact)s", { contact: [heard.person, heard.value].filter(Boolean).join(" ") }) : "",
    goodsWords(items ?? []), note,
  ].filter(Boolean);
  const line = document.createElement("li");
  const label = document.createElement("b");
  label.textContent = wordsOf(disposition);
  line.append(`${shortTime(Date.parse(at))} `, label, ` ${rest.map((words) => `· ${words} `).join("")}`);
  return line;
}

// What this browser noted for the case, under what the page came with.
function showHistory() {
  const list = article().querySelector(".history");
  all(".mine", list).forEach((line) => line.remove());
  for (const entry of entries.of(current)) {
    const line = lineOf(entry.outcome);
    const flag = document.createElement("span");
    line.className = "mine";
    flag.className = entry.saved ? "filed" : "unsaved";
    flag.textContent = entry.saved ? _("已存文件") : _("未保存");
    line.append(flag);
    list.append(line);
  }
}

// The script speaks of the case as it stands: goods that were corrected here with their new amounts.
// line: whom it speaks to, the contact that is chosen unless told.
function fillFacts(line = lineChosen() ?? article().querySelector(".rung.proposed")) {
  const facts = { ...article().dataset, agent: page.agent };
  if (line) facts.person = line.querySelector(".who")?.textContent;
  if (article().dataset.edited) {
    const goods = goodsOf(article());
    const ticked = goods.filter((item) => item.ticked);
    const meant = ticked.length ? ticked : goods;
    facts.goods = meant.map((item) => item.name).join(_("、"));
    facts.amounts = goodsWords(meant);
  }
  for (const holder of all("[data-fact]", script)) {
    holder.textContent = facts[holder.dataset.fact] || holder.dataset.default;
  }
}

function chooseStep(tab) {
  for (const other of all("[role=tab]", script)) {
    other.setAttribute("aria-selected", String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
    byId(other.getAttribute("aria-controls")).hidden = other !== tab;
  }
}

function openCase(caseId, { focus = false } = {}) {
  if (!panelOf(caseId)) return;
  article()?.classList.remove("open");
  rowOf.get(current)?.removeAttribute("aria-current");
  current = caseId;
  article().classList.add("open");
  const row = rowOf.get(caseId);
  row.setAttribute("aria-current", "true");
  row.scrollIntoView({ block: "nearest" });
  byId("reading").scrollTop = 0;
  showReason();
  showLadder();
  chooseStep(openingStep());
  fillForm(entries.draft(caseId));
  fillFacts();
  showOffer();
  showHistory();
  showDue();
  document.body.classList.toggle("left-alone", stateOf(caseId).quiet && !page.lead);
  if (focus) byId(`t${caseId}`).focus({ preventScroll: true });
  document.dispatchEvent(new Event("case-opened"));
}

function go(row) {
  if (!row) return;
  history.replaceState(null, "", `#c${row.dataset.case}`);
  openCase(Number(row.dataset.case));
}
