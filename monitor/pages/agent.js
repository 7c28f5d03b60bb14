// The agent's hands: opening a case, noting an outcome, keys.
const article = () => articles.get(current);
const chosen = () => form.elements.disposition.value;
let toastTimer = 0;

function toast(words) {
  byId("toast").textContent = words;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { byId("toast").textContent = ""; }, 6000);
}

function goodsOf(root) {
  return all(".good", root).map((good) => ({
    name: good.querySelector(".good-name").textContent,
    quantity: good.querySelector(".amount").value.trim(),
    unit: good.querySelector(".unit").value.trim(),
    ticked: good.querySelector("input[type=checkbox]").checked,
  }));
}

function addGood(root, item) {
  const good = byId("good").content.firstElementChild.cloneNode(true);
  good.querySelector(".good-name").textContent = item.name;
  good.querySelector(".amount").ariaLabel = `${item.name} 数量`;
  good.querySelector(".unit").ariaLabel = `${item.name} 单位`;
  root.querySelector(".add").before(good);
  return good;
}

// Put a draft's goods into the case; goods that the post did not name are added.
function fillGoods(root, items) {
  for (const item of items) {
    const known = all(".good", root).find(
      (good) => good.querySelector(".good-name").textContent === item.name,
    );
    const good = known ?? addGood(root, item);
    good.querySelector(".amount").value = item.quantity;
    good.querySelector(".unit").value = item.unit;
    good.querySelector("input[type=checkbox]").checked = item.ticked;
  }
}

function keepDraft() {
  if (current === null) return;
  const items = goodsOf(article());
  const draft = {
    disposition: chosen(), note: byId("note").value, again: byId("again").value,
    items, edited: article().dataset.edited ?? "",
  };
  const began = draft.disposition || draft.note || draft.again || draft.edited;
  entries.setDraft(current, began ? draft : null);
  showRow(rowOf.get(current));
}

function fillForm(draft) {
  form.reset();
  form.elements.disposition.value = draft?.disposition ?? "";
  byId("note").value = draft?.note ?? "";
  byId("again").value = draft?.again ?? "";
  if (draft?.items) fillGoods(article(), draft.items);
  if (draft?.edited) article().dataset.edited = draft.edited;
  showThen();
}

function showThen() {
  const entry = dispositions.get(chosen());
  const quiet = ["in_distress", "bereaved"].includes(chosen());
  const sooner = { call_later: "请填再拨时间。", passed_on: "请在备注写新的联系人和号码。", need_confirmed: "请在上面勾选确认的物资。" };
  byId("then").textContent = quiet
    ? `先陪对方说完，不急着记。${entry.then}。记完歇一会儿，再回到列表。`
    : entry ? `${sooner[entry.code] ?? ""}${entry.then}` : "";
  document.body.classList.toggle("quiet", quiet);
  const step = entry && document.querySelector(`[role=tab][data-for~="${entry.code}"]`);
  if (step) chooseStep(step);
  byId("next").firstChild.textContent = quiet ? "保存 " : "保存并下一个 ";
}

// What this browser noted for the case, under what the page came with.
function showHistory() {
  const list = article().querySelector(".history");
  all(".mine", list).forEach((line) => line.remove());
  for (const entry of entries.of(current)) {
    const { disposition, attempted_at: at, note, items, call_again_at: again } = entry.outcome;
    const line = document.createElement("li");
    const goods = items.map((item) => `${item.name} ${item.quantity ?? ""}${item.unit ?? ""}`).join("、");
    const rest = [again ? `约 ${shortTime(Date.parse(again))}` : "", goods, note].filter(Boolean);
    const label = document.createElement("b");
    const flag = document.createElement("span");
    line.className = "mine";
    label.textContent = wordsOf(disposition);
    flag.className = entry.saved ? "filed" : "unsaved";
    flag.textContent = entry.saved ? "已存文件" : "未保存";
    line.append(`${shortTime(Date.parse(at))} `, label, ` ${rest.map((words) => `· ${words} `).join("")}`, flag);
    list.append(line);
  }
}

function fillFacts() {
  const facts = { ...article().dataset, agent: page.agent };
  for (const holder of all("[data-fact]")) {
    holder.textContent = facts[holder.dataset.fact] || holder.dataset.default;
  }
}

function openCase(caseId, { focus = false } = {}) {
  if (!articles.has(caseId)) return;
  article()?.classList.remove("open");
  rowOf.get(current)?.removeAttribute("aria-current");
  current = caseId;
  article().classList.add("open");
  const row = rowOf.get(caseId);
  row.setAttribute("aria-current", "true");
  row.scrollIntoView({ block: "nearest" });
  byId("reading").scrollTop = 0;
  chooseStep(document.querySelector("[role=tab]"));
  fillForm(entries.draft(caseId));
  showHistory();
  fillFacts();
  showDue();
  if (focus) byId(`t${caseId}`).focus({ preventScroll: true });
}

function go(row) {
  if (!row) return;
  history.replaceState(null, "", `#c${row.dataset.case}`);
  openCase(Number(row.dataset.case));
}

// What is still missing before this outcome can be noted, and where to put it.
function missing(items) {
  const again = byId("again");
  if (!chosen()) return ["先选一个结果（1–9）。", form.elements.disposition[0]];
  if (chosen() === "call_later" && !again.value) return ["请填再拨时间。", again];
  if (again.value && instantOf(again.value) <= Date.now()) return ["再拨时间已经过了。", again];
  if (chosen() === "passed_on" && !byId("note").value.trim()) return ["请写新的联系人。", byId("note")];
  if (dispositions.get(chosen()).confirms && !items.length) {
    return ["还没勾选物资。", article().querySelector(".good input, .new-good")];
  }
  return null;
}

function saveOutcome() {
  if (current === null) return;
  const confirms = dispositions.get(chosen())?.confirms;
  const ticked = confirms ? goodsOf(article()).filter((item) => item.ticked) : [];
  const lack = missing(ticked);
  if (lack) {
    toast(lack[0]);
    lack[1]?.focus();
    return;
  }
  const quiet = document.body.classList.contains("quiet");
  const again = byId("again").value;
  entries.add({
    id: newId(),
    case: current,
    agent: page.agent,
    disposition: chosen(),
    attempted_at: iso(Date.now()),
    note: byId("note").value.trim(),
    call_again_at: again ? iso(instantOf(again)) : null,
    items: ticked.map(({ name, quantity, unit }) => ({ name, quantity: quantity || null, unit: unit || null })),
  });
  toast(`已记：${wordsOf(chosen())}。按 U 撤销。`);
  // Amounts corrected on a call that settles nothing are there again on the next one.
  const edited = article().dataset.edited;
  entries.setDraft(current, edited && !confirms ? { items: goodsOf(article()), edited } : null);
  refresh(current);
  document.activeElement?.blur();
  if (quiet) {
    openCase(current);
    return;
  }
  const row = nextToCall();
  if (row) {
    go(row);
    return;
  }
  const agreed = nextAgreed();
  toast(`今天的都拨完了。${agreed ? `下一次约定 ${shortTime(agreed)}。` : ""}记得保存结果。`);
  openCase(current);
}

function undo() {
  const entry = entries.unsaved().at(-1);
  if (!entry) {
    toast("没有可以撤销的；已存进文件的，请再记一条来更正。");
    return;
  }
  const { case: caseId, disposition, note, call_again_at: again, items } = entry.outcome;
  entries.remove(entry);
  entries.setDraft(caseId, {
    disposition, note, again: again ? wall(Date.parse(again)) : "", edited: items.length ? "1" : "",
    items: items.map((item) => ({ name: item.name, quantity: item.quantity ?? "", unit: item.unit ?? "", ticked: true })),
  });
  refresh(caseId);
  if (rowOf.has(caseId)) go(rowOf.get(caseId));
  toast(`已撤销：${wordsOf(disposition)}。`);
}

function refresh(caseId) {
  if (rowOf.has(caseId)) showRow(rowOf.get(caseId));
  showCounts();
}

async function copy(text, words) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages opened from a file may be refused the clipboard; the older way still works there.
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  toast(`${words}已复制。`);
}

function copyMessage(panel) {
  copy(panel.querySelector(".message").textContent, "这段话");
}

function later(choice) {
  let at = Date.now() + Number(choice) * 60000;
  if (choice === "morning") at = instantOf(`${wall(Date.now() + 86400000).slice(0, 10)}T${page.calling[0]}`);
  byId("again").value = wall(Math.ceil(at / 300000) * 300000);
  if (!chosen()) form.elements.disposition.value = "call_later";
  showThen();
  keepDraft();
}
