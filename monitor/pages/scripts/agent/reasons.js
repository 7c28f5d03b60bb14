// Why a case stands where it stands, in words: the sign and the two lines of a row.
import { isDialled } from "../../../calling/page/contacts.js";
import { overdueSince } from "../../../calling/page/order.js";
import { pastOf, rungsOf } from "../memory/cases.js";
import { cases, meaning, page, wordsOf } from "../memory/page_data.js";
import { nearTime, shortTime, span } from "../shared/times.js";
import { _ } from "../shared/words.js";
import { grouped, kindOf } from "./contact_words.js";

const SOON = 30 * 60000;
const { levels } = page;

function triesWords(call) {
  if (!call.unanswered) return "";
  const values = { round: call.round, count: call.unanswered };
  return call.round > 1 ? _("第 %(round)s 轮 · %(count)s 次没打通", values) : _("%(count)s 次没打通", values);
}

function waitedWords(known) {
  return known.since ? _("等了 %(span)s", { span: span(Date.now() - Date.parse(known.since)) }) : "";
}

// Of cases that press alike, those that nobody passed on stand first: while nobody called for them.
function attentionWords(known, call) {
  return known.posts <= 1 && call.reason === "new" && !pastOf(known.id).length ? _("只有一帖") : "";
}

// What makes a case that may be called now worth a call, by the reason of the rules.
const callWords = {
  new: _("待拨"),
  retry: _("可再拨"),
  busy: _("上次占线，可再拨"),
  "new contact": _("拨新的联系人"),
  "next contact": _("换个号码拨"),
  "after message": _("没回消息，可再拨"),
  "next round": _("新一轮，可再拨"),
  received: _("物资到了，回访"),
  "no news": _("物资还没消息，问一问"),
  substitute: _("问一问：换一种行不行"),
  "next need": _("快用完了，再问一次"),
};
const messageWords = {
  "round over": _("没人接，发条消息"),
  "no number": _("没留电话，先私信"),
  "no number works": _("号码都打不了，先私信"),
  "new contact": _("给新联系人发消息"),
};
const otherWay = _("换个办法：发消息");
const waitWords = {
  "after message": _("等回复"),
  "message sent": _("等回复"),
  "barred until": _("免打扰"),
};

const messageAt = (at) => _("%(time)s 后可发消息", { time: nearTime(at) });

// Numbers were left and are wrong, dead or not to be called: that is not the same as none.
const hasNumber = (caseId) => rungsOf(caseId).some(isDialled);
const writeWords = (caseId, reason) => (
  messageWords[reason === "no number" && hasNumber(caseId) ? "no number works" : reason]
);

// Why a message is on offer, to whom it goes, and from when on.
function offerWords(caseId, { action, reason, offer }) {
  const { kind, value, person } = offer.contact;
  const to = kind === "post" ? person : grouped(value);
  let why = _("上一轮没人接，还没发消息");
  if (action === "message") why = writeWords(caseId, reason);
  if (action === "unreachable") why = otherWay;
  const later = offer.at > Date.now() ? messageAt(offer.at) : "";
  return [why, `${kindOf(offer.contact)} ${to ?? ""}`.trim(), later].filter(Boolean).join(" · ");
}

function agreedWhy(agreed) {
  const left = agreed - Date.now();
  const head = _("约定 %(time)s", { time: shortTime(agreed) });
  let more = "";
  if (left <= -60000) more = _("过了 %(span)s", { span: span(left) });
  else if (left <= 0) more = _("到时间了");
  else if (left <= SOON) more = _("还有 %(span)s", { span: span(left) });
  return { sign: "●", head, more, tone: "agreed" };
}

function nowWhy(known, call) {
  const level = call.back ? null : levels[known.level];
  const action = call.action === "message" ? writeWords(known.id, call.reason) : callWords[call.reason];
  const asking = hasNumber(known.id) ? _("号码都打不了，查总机") : _("没留电话，查总机");
  const doing = call.action === "switchboard" ? asking : action ?? "";
  const tries = triesWords(call);
  const waited = [waitedWords(known), attentionWords(known, call)].filter(Boolean).join(" · ");
  if (!level) return { sign: "", head: doing, more: tries || waited, tone: "" };
  const head = known.urgency ? `${level.words}${_("：")}${known.urgency}` : level.words;
  const plain = call.action === "call" && ["new", "retry"].includes(call.reason);
  const more = plain ? [waited, tries].filter(Boolean).join(" · ") : doing;
  return { sign: level.sign, head, more, tone: known.level === "critical" ? "pressing" : "" };
}

// A warning's call that is late, whatever else would be told of it.
function lateWhy(known, call, lateSince) {
  const head = _("劝阻晚了 %(span)s", { span: span(Date.now() - lateSince) });
  return { sign: "▲", head, more: [known.urgency, triesWords(call)].filter(Boolean).join(" · "), tone: "pressing" };
}

function waitWhy(known, call) {
  const time = nearTime(call.at);
  const sign = call.back ? "" : levels[known.level]?.sign ?? "";
  if (call.action === "message") return { sign, head: messageAt(call.at), more: triesWords(call), tone: "" };
  const head = waitWords[call.reason];
  if (head) return { sign, head, more: _("%(time)s 后再拨", { time }), tone: "" };
  const first = call.reason === "new" || call.reason === "new contact";
  const when = first ? _("%(time)s 后可拨", { time }) : _("%(time)s 后可再拨", { time });
  return { sign, head: when, more: triesWords(call), tone: "" };
}

function dueWhy(known, call) {
  if (call.at > Date.now()) return waitWhy(known, call);
  const lateSince = overdueSince(known, Date.now());
  return lateSince === null ? nowWhy(known, call) : lateWhy(known, call, lateSince);
}

function whyOf(caseId, { ended, agreed, call, handed }) {
  const known = cases.get(caseId);
  const last = pastOf(caseId).findLast((attempt) => meaning(attempt).quiet);
  if (handed) return { sign: "→", head: _("交给 %(agent)s", { agent: handed }), more: "", tone: "calm" };
  if (ended) return { sign: "✓", head: wordsOf(ended), more: "", tone: "" };
  if (call.reason === "stopped") {
    return { sign: "◇", head: _("后来的帖子说不用打了"), more: "", tone: "calm" };
  }
  if (call.action === "lead" || call.action === "never") {
    const head = call.action === "lead" ? _("组长处理") : _("不再拨");
    return { sign: "◇", head, more: last ? wordsOf(last.disposition) : "", tone: "calm" };
  }
  if (agreed) return agreedWhy(agreed);
  if (call.action === "unreachable") {
    const more = call.contact ? otherWay : _("换个办法：查总机");
    return { sign: "◇", head: _("联系不上"), more, tone: "" };
  }
  return dueWhy(known, call);
}

export { offerWords, whyOf };
