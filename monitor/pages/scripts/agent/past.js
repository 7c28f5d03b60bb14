// What was noted for a case, line by line.
import { entries } from "../memory/entries.js";
import { wordsOf } from "../memory/page_data.js";
import { all } from "../shared/elements.js";
import { shortTime } from "../shared/times.js";
import { _ } from "../shared/words.js";
import { goodsWords } from "./goods.js";
import { article, current } from "./panels.js";

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
  for (const entry of entries.of(current())) {
    const line = lineOf(entry.outcome);
    const flag = document.createElement("span");
    line.className = "mine";
    flag.className = entry.saved ? "filed" : "unsaved";
    flag.textContent = entry.saved ? _("已存文件") : _("未保存");
    line.append(flag);
    list.append(line);
  }
}

export { lineOf, showHistory };
