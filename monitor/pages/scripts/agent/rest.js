// What the page says while nothing is left to call, and no case is open.
import { entries } from "../memory/entries.js";
import { byId, put } from "../shared/elements.js";
import { nearTime } from "../shared/times.js";
import { _ } from "../shared/words.js";
import { nextToCall, nextTurn } from "./list.js";

function turnWords(turn) {
  if (!turn) return "";
  const time = nearTime(turn.at);
  return turn.agreed ? _("下一次约定 %(time)s。", { time }) : _("下一个 %(time)s 后可拨。", { time });
}

const restWords = () => [
  _("现在能拨的都拨完了。"), turnWords(nextTurn()), entries.unsaved().length ? _("记得保存结果。") : "",
].join("");

function showRest() {
  put(byId("rest"), nextToCall() ? _("又有到时间的了，按 J 打开。") : restWords());
}

export { restWords, showRest };
