// What an agent does on the page, by the events of its own fields; walks.py says what, in order.
// Returns of each action whether the page noted it, of what contact, and what the page said.
(actions) => {
  const byId = (id) => document.getElementById(id);
  const there = new Set([...document.querySelectorAll(".row")].map((row) => Number(row.dataset.case)));
  let panel = null;
  const told = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));
  const unsaved = () => Number(byId("count-unsaved").textContent);

  const key = (name) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));

  // By the search and J, as who knows whom to look for: a list of one row is quickly drawn.
  function open({ case: caseId, words }) {
    if (!there.has(caseId)) return false;
    byId("search").value = words;
    told(byId("search"));
    key("j");
    if (document.body.classList.contains("left-alone")) byId("note-anyway").click();
    panel = byId(`c${caseId}`);
    return Boolean(panel?.matches(".open"));
  }

  function press(radio) {
    radio.checked = true;
    told(radio);
  }

  // rung: which of the contacts that may be chosen, null for the one that the page chose.
  // typed: a number asked for at the switchboard, "" for none that is known.
  function choose({ rung, typed }) {
    for (const more of panel.querySelectorAll("details.folded")) more.open = true;
    const board = panel.querySelector(".switchboard");
    if (typed !== null && !board.hidden) {
      const field = board.querySelector(".other");
      press(board.querySelector("[type=radio]"));
      field.value = typed;
      told(field);
    } else if (rung !== null) {
      const radios = [...panel.querySelectorAll(".rung input[type=radio]:not(:disabled)")];
      if (radios.length) press(radios[rung % radios.length]);
    }
  }

  const wayOf = (how) => [...byId("outcome").elements.disposition].find(({ value }) => value === how);

  // What does not fit the contact is not offered: whoever wrote to it says that it was sent, or that
  // it cannot be opened.
  function choosePossible(how) {
    if (wayOf(how).checked && !wayOf(how).closest("label").hidden) return;
    press(wayOf(how === "number_dead" ? "not_opened" : "message_sent"));
  }

  // Returns of what kind of contact it was noted.
  function note(action) {
    press(wayOf(action.how));
    choose(action);
    choosePossible(action.how);
    byId("again").value = action.again;
    byId("until").value = action.until;
    byId("new-value").value = action.named;
    byId("new-person").value = action.person;
    byId("note").value = action.note;
    byId("next-need").value = action.next;
    if (action.arrived) byId("outcome").elements.arrived.value = "all";
    told(byId("note"));
    if (action.ticks) {
      const tick = panel.querySelector(".good input[type=checkbox]");
      tick.checked = true;
      told(tick);
    }
    const choice = panel.querySelector(".ladder input[type=radio]:checked");
    byId("next").click();
    // A case that is done asks first, and so does an amount without a unit.
    if (byId("problem")) byId("next").click();
    if (choice?.value === "other") return action.typed ? "a contact that was typed" : "no contact";
    return choice ? "a contact of the ladder" : "no contact";
  }

  // What takes most of the time, and no rule looks at: nothing is laid out meanwhile, and address
  // and title stay as they are.
  document.body.style.display = "none";
  history.replaceState = () => {};
  Object.defineProperty(document, "title", { value: document.title, writable: true, configurable: true });
  const answers = [];
  for (const action of actions) {
    const before = unsaved();
    if (!open(action)) {
      answers.push({ noted: false, said: "the page has no such case" });
      continue;
    }
    const about = note(action);
    const noted = unsaved() === before + 1;
    answers.push({ noted, about, said: (byId("problem") ?? byId("toast")).textContent });
    if (noted && action.undone) {
      key("u");
      if (unsaved() !== before) throw new Error("nothing was taken back");
    }
  }
  document.body.style.display = "";
  return answers;
}
