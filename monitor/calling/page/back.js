// Calls back to a ward whose goods were confirmed, as back.py finds them. Instants are milliseconds.
import { notedIn } from "./story.js";

const keepsGoods = ({ asks }) => ["goods", "back"].includes(asks);
const instant = (time) => (time ? Date.parse(time) : null);

// The next call back of a case that ended, {reason, at}, due or not; null where nothing leads to one.
function callBack({ history, news, rules, now }, meanings) {
  const ending = notedIn(history, now, meanings).findLast(({ means }) => means.next === "end");
  if (!ending || !keepsGoods(ending.means)) return null;
  const { received_at: received, waiting_since: waiting, asked_at: asked } = news ?? {};
  const backs = [];
  if (instant(received) > ending.at) backs.push({ reason: "received", at: instant(received) + rules.after_goods * 1000 });
  if (instant(asked) > ending.at) backs.push({ reason: "substitute", at: instant(asked) });
  if (waiting) backs.push({ reason: "no news", at: Math.max(instant(waiting), ending.at) + rules.no_news * 1000 });
  if (ending.entry.next_need_at) backs.push({ reason: "next need", at: instant(ending.entry.next_need_at) });
  return backs.sort((a, b) => a.at - b.at)[0] ?? null;
}

export { callBack };
