// Short words at the edge of the page, and what goes to the clipboard.
import { byId } from "../shared/elements.js";
import { _ } from "../shared/words.js";
import { messageOf } from "./script.js";

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

const copyMessage = (panel) => copy(messageOf(panel), _("消息已复制。"));

export { acknowledge, copy, copyMessage, toast };
