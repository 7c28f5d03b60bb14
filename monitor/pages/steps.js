// Which step of the script stands beside the case: that of the proposed call or message when the
// case is opened, then that of the outcome that is chosen. Any other is a click away.
const tabOf = (panel) => panel && byId(panel.getAttribute("aria-labelledby"));

// Whether the outcome that is chosen says that a message was written.
const isWriting = () => dispositions.get(chosen())?.next === "message";

// Whether it says that a number was called.
const isCalling = () => Boolean(chosen()) && meaning({ disposition: chosen() }).number !== "-" && !isWriting();
const wayChosen = () => (isWriting() ? "message" : isCalling() ? "call" : "");

function showStep() {
  if (!chosen()) return;
  const tab = tabOf((isWriting() && panelTo(lineChosen())) || panelFor(chosen()));
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

// Only who was passed on is greeted as such: the step goes when another contact is chosen.
function showPassedOn() {
  const tabs = all("[role=tab]", script);
  const tab = tabs.find((other) => other.dataset.call === "passed_on");
  if (!tab) return;
  const { contact } = callOf(current);
  const [line, was] = [lineChosen(), tab.hidden];
  tab.hidden = callKind() !== "passed_on" || !line || keyOfLine(line) !== contactKey(contact);
  const [from, to] = tab.hidden ? [tab, tabs[0]] : [tabs[0], tab];
  if (was !== tab.hidden && from.ariaSelected === "true") chooseStep(to);
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
