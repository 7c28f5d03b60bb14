// What was noted for a case, line by line.
import { isDialled, typedContact } from "../../../calling/page/contacts.js";
import { entries } from "../memory/entries.js";
import { dispositions, wordsOf } from "../memory/page_data.js";
import { all } from "../shared/elements.js";
import { dayOf, shortTime } from "../shared/times.js";
import { _ } from "../shared/words.js";
import { lengthWords } from "./call_timer.js";
import { goodsWords } from "./goods.js";
import { article, current } from "./panels.js";

const arrivedWords = { all: _("物资都到了"), some: _("物资到了一部分"), none: _("物资没到") };
const fitsWords = { true: _("合用"), false: _("不合用") };

// What the ward said of its goods, and when they will run out.
const goodsSaid = ({ arrived, fits, next_need_at: next }) => [
  arrivedWords[arrived], fitsWords[fits], next && _("%(date)s 又会缺", { date: dayOf(Date.parse(next)) || _("今天") }),
];

// Whether it was noted when pages still offered what no way that is written to ends with.
const isUnfit = ({ disposition, contact }) => (
  Boolean(contact) && !isDialled(typedContact(contact)) && !dispositions.get(disposition)?.fits.includes("write")
);

// An outcome as a line of its case's history.
function lineOf(attempt) {
  const { disposition, attempted_at: at, note, items, call_again_at: again, contact, new_contact: heard } = attempt;
  const rest = [
    contact && contact.kind !== "post" ? contact.value : "",
    again ? _("约 %(time)s", { time: shortTime(Date.parse(again)) }) : "",
    heard ? _("转给 %(contact)s", { contact: [heard.person, heard.value].filter(Boolean).join(" ") }) : "",
    Number.isInteger(attempt.seconds) ? lengthWords(attempt.seconds) : "", goodsWords(items ?? []), ...goodsSaid(attempt), note,
  ].filter(Boolean);
  const line = document.createElement("li");
  const label = document.createElement("b");
  label.textContent = wordsOf(disposition);
  const odd = document.createElement("small");
  odd.textContent = isUnfit({ disposition, contact }) ? _("（发消息不会这样，按当时记的留着）") : "";
  line.append(`${shortTime(Date.parse(at))} `, label, odd, ` ${rest.map((words) => `· ${words} `).join("")}`);
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
