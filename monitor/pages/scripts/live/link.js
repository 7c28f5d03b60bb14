// The link to the desk: what is asked of it, whether it is there, and what it refused.
import { entries, idOf } from "../memory/entries.js";
import { page } from "../memory/page_data.js";
import { put } from "../shared/elements.js";
import { faultOf } from "../shared/faults.js";
import { _ } from "../shared/words.js";
import { notice } from "./notices.js";

const live = page.live;
const desk = { cursor: live.cursor, state: "up", over: false, fault: "", refused: new Map() };

// What the desk answers; a session that ended is told apart from a desk that cannot be reached.
async function ask(path, given, keepalive = false) {
  const sent = given && {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF": live.csrf },
    body: JSON.stringify(given),
    keepalive,
  };
  const answer = await fetch(path, { ...sent, cache: "no-store", signal: AbortSignal.timeout(30000) });
  desk.over ||= answer.status === 403; // somebody signed in anew in this browser: this page's token is void
  if (answer.status === 401 || answer.status === 403) showLink("out");
  desk.fault = await faultOf(answer);
  if (!answer.ok) throw Object.assign(new Error(`${path}: ${answer.status}`), { status: answer.status });
  return answer.json();
}

const linkLine = notice("link", true);
const refusedLine = notice("refused", true);

const refused = () => entries.all().filter((entry) => desk.refused.has(idOf(entry)));

function showLink(state) {
  desk.state = desk.over ? "out" : state;
  linkLine.hidden = desk.state === "up";
  put(linkLine, {
    up: "",
    down: desk.fault
      ? _("! %(fault)s记下的都在这个浏览器里，过一会儿自动再送。", { fault: desk.fault })
      : _("! 连不上；记下的都在这个浏览器里，连上后自动送出。"),
    out: _("! 登录过期了。请刷新这页，或打开组长给的新链接；记下的都在这个浏览器里，登录后自动送出。"),
  }[desk.state]);
  const left = refused();
  refusedLine.hidden = !left.length;
  put(refusedLine, _("! 有 %(count)s 条没能收下（%(reason)s）。请按“保存结果”，把文件交给组长。", {
    count: left.length, reason: [...new Set(left.map((entry) => desk.refused.get(idOf(entry))))].join(_("、")),
  }));
}

export { ask, desk, live, refused, showLink };
