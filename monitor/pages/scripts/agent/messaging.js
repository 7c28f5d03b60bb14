// One key for each way to reach somebody: dial, a text message, a message by WeChat.
import { byId } from "../shared/elements.js";
import { _ } from "../shared/words.js";
import { leaveForTelephone } from "./call_timer.js";
import { toast } from "./copying.js";
import { form } from "./form.js";
import { sendMessage } from "./outcome.js";
import { article, current } from "./panels.js";
import { choices, lineChosen } from "./rungs.js";
import { fillFacts, messageOf, panelTo } from "./script.js";

// The line of one of these kinds: the one that is chosen, else the first that may be used.
function lineOfKind(kinds) {
  const chosen = lineChosen();
  if (kinds.includes(chosen?.dataset.kind)) return chosen;
  return choices().map((choice) => choice.closest(".rung")).find((line) => kinds.includes(line?.dataset.kind));
}

function chooseLine(line) {
  line.querySelector("input[type=radio]").checked = true;
  article().dataset.chose = "1";
}

function dial() {
  const line = current() === null ? null : lineOfKind(["mobile", "phs", "landline"]);
  if (!line) {
    toast(_("这个求助没有能拨的号码。"));
    return;
  }
  chooseLine(line);
  form.dispatchEvent(new Event("input"));
  line.querySelector(".dial").click();
}

// The message goes to the telephone's own program, and to the clipboard where there is none.
function textMessage() {
  const line = current() === null ? null : lineOfKind(["mobile"]);
  if (!line) {
    toast(_("这个求助没有手机号，发不了短信。"));
    return;
  }
  chooseLine(line);
  fillFacts(line);
  const link = document.createElement("a");
  link.href = `sms:${line.dataset.value.replace(/[^+\d]/g, "")}?body=${encodeURIComponent(messageOf(panelTo(line)))}`;
  sendMessage();
  leaveForTelephone();
  link.click();
}

function weChat() {
  const line = current() === null ? null : lineOfKind(["wechat"]);
  if (!line) {
    toast(_("这个求助没有微信。手机号常常也是微信号，按 M 复制消息。"));
    return;
  }
  chooseLine(line);
  sendMessage();
}

function offerMessages() {
  byId("dial").addEventListener("click", dial);
  byId("sms").addEventListener("click", textMessage);
  byId("wechat").addEventListener("click", weChat);
}

export { dial, offerMessages, textMessage, weChat };
