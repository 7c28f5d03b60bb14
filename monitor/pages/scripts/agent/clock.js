// What time does: agreed calls that fall due, the window's title, calling hours.
import { forgetCalls } from "../memory/cases.js";
import { page } from "../memory/page_data.js";
import { byId, put } from "../shared/elements.js";
import { wall } from "../shared/times.js";
import { _ } from "../shared/words.js";
import { arrange } from "./arranging.js";
import { chooseProposed } from "./choosing.js";
import { blinkTitle, showCounts, showDue } from "./counts.js";
import { chosen } from "./form.js";
import { showLadder } from "./ladder.js";
import { showReason } from "./opening.js";
import { showOffer } from "./outcome.js";
import { article, current } from "./panels.js";
import { showRest } from "./rest.js";
import { rows, showRow } from "./rows.js";

function showHours() {
  const clock = wall(Date.now()).slice(11);
  const [start, end] = page.calling;
  byId("hours").hidden = clock >= start && clock < end;
  put(byId("hours"), _("现在 %(clock)s，不在拨打时间（%(start)s–%(end)s）。可以先看求助、发私信。", { clock, start, end }));
}

function onMinute() {
  forgetCalls();
  rows.forEach(showRow);
  arrange();
  showHours();
  showDue();
  showCounts();
  if (current() === null) {
    showRest();
    return;
  }
  showReason();
  showLadder();
  if (!article().dataset.chose && !chosen()) chooseProposed();
  showOffer();
}

function startClock() {
  showHours();
  showDue();
  showCounts();
  setInterval(blinkTitle, 1500);
  setInterval(onMinute, 30000);
}

export { startClock };
