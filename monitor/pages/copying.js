// Short words at the edge of the page, and what goes to the clipboard.
let toastTimer = 0;

function toast(words) {
  byId("toast").textContent = words;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { byId("toast").textContent = ""; }, 6000);
}

async function copy(text, told) {
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
  toast(told);
}

// A button says for a moment that it did its work.
function acknowledge(button) {
  if (button.dataset.done) return;
  const words = button.textContent;
  button.dataset.done = "1";
  button.textContent = _("已复制");
  setTimeout(() => {
    button.textContent = words;
    delete button.dataset.done;
  }, 2000);
}

// The text of a message, spoken for the open case: from the panel, or from the step for a disposition.
function messageOf(panel) {
  return panel?.querySelector(".message")?.textContent.trim() ?? "";
}

function panelFor(code) {
  const tab = all("[role=tab]", script).find((other) => other.dataset.for.split(" ").includes(code));
  return tab && byId(tab.getAttribute("aria-controls"));
}

// The message for a line of the ladder: to the author of a post, or to who passed the plea on.
function panelTo(line) {
  const to = line?.dataset.kind !== "post" ? "contact" : "relayed" in line.dataset ? "passed_on" : "post";
  const tabs = all("[role=tab]", script).filter((tab) => tab.dataset.to);
  const tab = tabs.find((other) => other.dataset.to === to) ?? tabs[0];
  return tab && byId(tab.getAttribute("aria-controls"));
}

const copyMessage = (panel) => copy(messageOf(panel), _("消息已复制。"));
