// Noting an outcome and taking it back, and where the page goes then.
function saveOutcome() {
  if (current === null) return;
  const confirms = asksFor("goods");
  const ticked = confirms ? goodsOf(article()).filter((item) => item.ticked) : [];
  const lack = missing(ticked);
  if (lack) {
    toast(lack[0]);
    lack[1]?.focus();
    return;
  }
  const quiet = document.body.classList.contains("quiet");
  const outcome = outcomeOf(ticked);
  entries.add(outcome);
  const noted = _("已记：%(outcome)s。按 U 撤销。", { outcome: wordsOf(outcome.disposition) });
  // Amounts corrected on a call that settles nothing are there again on the next one.
  const edited = article().dataset.edited;
  entries.setDraft(current, edited && !confirms ? { items: goodsOf(article()), edited } : null);
  refresh(outcome);
  document.activeElement?.blur();
  if (quiet) {
    openCase(current);
    toast(noted);
    return;
  }
  const { offer, unanswered } = callOf(current);
  const silent = dispositions.get(outcome.disposition)?.number === "unanswered";
  if (offer && offer.at <= Date.now() && silent && unanswered % page.rules.round === 0) {
    openCase(current);
    toast(`${noted}${_("这一轮没人接，发条消息再走（M）。")}`);
    return;
  }
  moveOn(noted);
}

function moveOn(noted) {
  const row = nextToCall();
  if (row) {
    go(row);
    toast(noted);
    return;
  }
  openCase(current);
  const turn = nextTurn();
  const said = turn && (turn.agreed ? _("下一次约定 %(time)s。", { time: nearTime(turn.at) })
    : _("下一个 %(time)s 后可拨。", { time: nearTime(turn.at) }));
  toast(`${_("现在能拨的都拨完了。")}${said ?? ""}${entries.unsaved().length ? _("记得保存结果。") : ""}`);
}

function undo() {
  const entry = entries.unsaved().at(-1);
  if (!entry) {
    toast(page.live ? _("没有可以撤销的；已经送出的，请再记一条来更正。") : _("没有可以撤销的；已存进文件的，请再记一条来更正。"));
    return;
  }
  const { case: caseId, disposition, note, call_again_at: again, items } = entry.outcome;
  const { contact, new_contact: heard, barred_until: until } = entry.outcome;
  entries.remove(entry);
  entries.setDraft(caseId, {
    disposition, note, again: again ? wall(Date.parse(again)) : "", until: until ? wall(Date.parse(until)).slice(0, 10) : "",
    newValue: heard?.value ?? "", newPerson: heard?.person ?? "", about: contact, edited: items.length ? "1" : "",
    items: items.map((item) => ({ name: item.name, quantity: item.quantity ?? "", unit: item.unit ?? "", ticked: true })),
  });
  refresh(entry.outcome);
  if (rowOf.has(caseId)) go(rowOf.get(caseId));
  toast(_("已撤销：%(outcome)s。", { outcome: wordsOf(disposition) }));
}

// After an outcome was noted or taken back: its case, and those that share the number. Or all.
function refresh(outcome = null) {
  forgetCalls(outcome);
  for (const row of rows) {
    if (!ruled.has(Number(row.dataset.case))) showRow(row);
  }
  showCounts();
}

function saveFile() {
  toast(_("已把 %(count)s 条结果存进文件。请交给组长。", { count: entries.save() }));
  refresh();
  if (current !== null) showHistory();
}
