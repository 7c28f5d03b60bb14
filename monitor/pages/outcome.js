// The outcome form: what a disposition asks for is shown, checked and noted; its code never matters.
const form = byId("outcome");
const chosen = () => form.elements.disposition.value;
const asksFor = (what) => dispositions.get(chosen())?.asks === what;
const endless = (entry) => !["end", "lead", "never"].includes(entry?.next);

function showAsked() {
  const entry = dispositions.get(chosen());
  const quiet = Boolean(entry?.quiet) || stateOf(current).quiet;
  for (const part of all("[data-asks]", form)) part.hidden = !entry || part.dataset.asks !== entry.asks;
  document.querySelector(".again").classList.toggle("wanted", asksFor("time"));
  document.querySelector(".again").hidden = Boolean(entry) && !endless(entry);
  byId("again").required = asksFor("time");
  byId("note").required = asksFor("reason");
  byId("note-label").textContent = asksFor("reason") ? _("原因") : _("备注");
  byId("new-value").required = asksFor("contact");
  const ticked = goodsOf(article()).filter((item) => item.ticked);
  put(byId("ticked"), ticked.length ? _("已勾：%(goods)s", { goods: goodsWords(ticked) }) : _("在上面勾选确认的物资，改好数量。"));
  document.body.classList.toggle("quiet", quiet);
  const calm = entry?.quiet
    ? _("先陪对方说完，不急着记。%(then)s。%(leads)s 记完歇一会儿，再回到列表。", { then: entry.then, leads: page.leads_words })
    : entry?.then ?? "";
  put(byId("then"), calm);
  byId("next-words").textContent = quiet ? _("保存") : _("保存并下一个");
  showAbout();
}

// After a round that nobody answered, or where there is no number, a message is the next step. That
// of a round stays here until it was sent, whatever call falls due meanwhile.
function showOffer() {
  const call = callOf(current);
  byId("offer").hidden = !call.offer;
  byId("offer").classList.toggle("also", call.action === "call");
  if (call.offer) put(byId("offer-words"), offerWords(call));
}

// One press: the message is copied and the outcome that says so is chosen.
function sendMessage() {
  const entry = [...dispositions.values()].find((other) => other.next === "message");
  if (!entry || current === null) return;
  form.elements.disposition.value = entry.code;
  chooseProposed();
  copyMessage(panelTo(lineChosen()));
  onForm();
  byId("next").focus();
}

function keepDraft() {
  if (current === null) return;
  const draft = {
    disposition: chosen(), note: byId("note").value, again: byId("again").value, until: byId("until").value,
    newValue: byId("new-value").value, newPerson: byId("new-person").value, about: aboutContact(),
    other: article().querySelector(".other").value, chose: article().dataset.chose ?? "",
    items: goodsOf(article()), edited: article().dataset.edited ?? "",
  };
  const typed = [draft.note, draft.again, draft.until, draft.newValue, draft.newPerson, draft.other, draft.chose].some(Boolean);
  entries.setDraft(current, draft.disposition || typed || draft.edited ? draft : null);
  showRow(rowOf.get(current));
}

function fillForm(draft) {
  form.reset();
  form.elements.disposition.value = draft?.disposition ?? "";
  byId("note").value = draft?.note ?? "";
  byId("again").value = draft?.again ?? "";
  byId("until").value = draft?.until ?? "";
  byId("new-value").value = draft?.newValue ?? "";
  byId("new-person").value = draft?.newPerson ?? "";
  if (draft?.items) fillGoods(article(), draft.items);
  if (draft?.edited) article().dataset.edited = draft.edited;
  article().querySelector(".other").value = draft?.other ?? "";
  article().dataset.chose = draft?.chose ?? "";
  chooseProposed(draft?.chose || draft?.disposition ? draft.about : null);
  showAsked();
  showStep();
}

// A message goes to whom it is offered for, and a call to whom it is proposed for.
function onForm() {
  if (!article().dataset.chose && form.dataset.way !== wayChosen()) chooseProposed();
  showAsked();
  showStep();
  keepDraft();
}

// What is still missing before this outcome can be noted, and where to put it.
function missing(items) {
  const [again, until, note] = [byId("again"), byId("until"), byId("note")];
  if (!chosen()) return [_("先选一个结果（1–9）。"), form.elements.disposition[0]];
  if (asksFor("time") && !again.value) return [_("请填再拨时间。"), again];
  if (!byId("again").closest("[hidden]") && again.value && instantOf(again.value) <= Date.now()) {
    return [_("再拨时间已经过了。"), again];
  }
  if (asksFor("contact") && !byId("new-value").value.trim()) return [_("请写新的联系方式。"), byId("new-value")];
  if (asksFor("reason") && !note.value.trim()) return [_("请写原因。"), note];
  if (asksFor("reason") && until.value && until.value < wall(Date.now()).slice(0, 10)) {
    return [_("这个日期已经过了。"), until];
  }
  if (asksFor("goods") && !items.length) {
    return [_("还没勾选物资。"), article().querySelector(".good input, .new-good")];
  }
  const isNone = ["wrong", "dead"].includes(dispositions.get(chosen()).number);
  if (isNone && !aboutContact() && rungsOf(current).filter((rung) => isDialled(rung) && !isBarred(rung)).length > 1) {
    return [_("请选是哪个号码。"), article().querySelector(".other")];
  }
  return null;
}

// The outcome as the form tells it, in the fields of an outcomes file.
function outcomeOf(ticked) {
  const again = byId("again").closest("[hidden]") ? "" : byId("again").value;
  const [until, value] = [byId("until").value, byId("new-value").value.trim()];
  return {
    id: newId(),
    case: current,
    agent: page.agent,
    disposition: chosen(),
    attempted_at: iso(Date.now()),
    note: byId("note").value.trim(),
    call_again_at: again ? iso(instantOf(again)) : null,
    items: ticked.map(({ name, quantity, unit }) => ({ name, quantity: quantity || null, unit: unit || null })),
    contact: aboutContact(),
    new_contact: asksFor("contact") ? { value, person: byId("new-person").value.trim() || null } : null,
    barred_until: asksFor("reason") && until ? iso(instantOf(`${until}T23:59`)) : null,
    after_id: pastOf(current).at(-1)?.id ?? "",
  };
}

function later(choice) {
  let at = Date.now() + Number(choice) * 60000;
  if (choice === "morning") at = instantOf(`${wall(Date.now() + 86400000).slice(0, 10)}T${page.calling[0]}`);
  byId("again").value = wall(Math.ceil(at / 300000) * 300000);
  const asking = [...dispositions.values()].find((entry) => entry.asks === "time");
  if (!chosen() && asking) form.elements.disposition.value = asking.code;
  onForm();
}
