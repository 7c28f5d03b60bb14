// Which step of the script stands beside the case: that of the proposed call or message when the
// case is opened, then that of the outcome that is chosen. Any other is a click away.
const tabOf = (panel) => panel && byId(panel.getAttribute("aria-labelledby"));

// Whether the outcome that is chosen says that a message was written.
const isWriting = () => dispositions.get(chosen())?.next === "message";

function showStep() {
  if (!chosen()) return;
  const line = article().querySelector(".ladder input[type=radio]:checked")?.closest(".rung");
  const tab = tabOf((isWriting() && panelTo(line)) || panelFor(chosen()));
  if (tab) chooseStep(tab);
}

// What the proposed call begins with, where that is not the opening: one of script.CALLS.
function callKind() {
  const { action, reason, contact, agreed_at: agreed } = callOf(current);
  if (!contact) return action === "switchboard" || action === "unreachable" ? "switchboard" : null;
  const past = pastOf(current);
  if (agreed) {
    const promise = past.findLast((one) => one.call_again_at && Date.parse(one.call_again_at) === agreed);
    const { number, next } = promise ? meaning(promise) : {};
    if (next === "message") return "message";
    if (number === "reached" && !promise.new_contact) return "agreed";
  }
  if (reason === "after message") return "message";
  const key = contactKey(contact);
  const named = past.findLastIndex((one) => (
    one.new_contact && contactKey(typedContact(one.new_contact)) === key
  ));
  const spoken = past.slice(named + 1).some((one) => (
    one.contact && contactKey(one.contact) === key && meaning(one).number === "reached"
  ));
  return named >= 0 && !spoken ? "passed_on" : null;
}

// The step that the case opens at; a script of the lead's own may lack it, and has its first one.
// Other ways to begin stay away; any number may turn out to be a switchboard's.
function openingStep() {
  const { action, contact } = callOf(current);
  const tabs = all("[role=tab]", script);
  const writes = contact && ["message", "unreachable"].includes(action);
  const kind = callKind();
  for (const tab of tabs) tab.hidden = !["", "switchboard", kind].includes(tab.dataset.call);
  const tab = writes
    ? tabOf(panelTo(article().querySelector(".rung.proposed")))
    : kind && tabs.find((other) => other.dataset.call === kind);
  return tab || tabs[0];
}
