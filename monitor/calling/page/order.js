// In which order an agent calls, as order.py puts it. Instants are milliseconds.
import { earlyBy } from "./story.js";
import { dayIn } from "./zones.js";

const groups = ["now", "later today", "another day", "lead", "done"];
const levels = ["critical", "high"];
const ways = ["call", "message", "switchboard", "unreachable"];
const hourLong = 3600000;

const placeIn = (list, one) => (list.includes(one) ? list.indexOf(one) : list.length);

// Where a case stands at this moment: one of groups. zoneName: whose midnight parts the days.
function groupOf({ action, at, agreed_at: agreed }, now, zoneName) {
  if (["lead", "never"].includes(action)) return "lead";
  if (at === null) return "done";
  const begin = agreed === null ? at : at - earlyBy;
  if (begin <= now && action !== "wait") return "now";
  return dayIn(at, zoneName) <= dayIn(now, zoneName) ? "later today" : "another day";
}

// Since when a warning's call is late, null where it is not.
function overdueSince(known, now) {
  const dueBy = known.due_by === null ? null : Date.parse(known.due_by);
  return dueBy !== null && dueBy <= now ? dueBy : null;
}

// What a case is sorted by. known: the case as page_data.py has it; called: whether anybody was
// called or written to for it.
function rankOf({ known, called, call }, now, zoneName) {
  const group = groupOf(call, now, zoneName);
  const since = Date.parse(known.since);
  const lateSince = overdueSince(known, now);
  return [
    groups.indexOf(group),
    ["later today", "another day"].includes(group) ? call.at : 0,
    call.agreed_at === null ? 1 : 0,
    call.agreed_at ?? 0,
    lateSince === null ? 1 : 0,
    lateSince ?? 0,
    placeIn(levels, call.back ? null : known.level),
    placeIn(ways, call.action),
    called ? 1 : 0,
    known.posts,
    Math.floor(since / hourLong),
    -known.most,
    since,
    known.id,
  ];
}

function compareRanks(one, other) {
  const at = one.findIndex((part, place) => part !== other[place]);
  return at < 0 ? 0 : one[at] - other[at];
}

export { compareRanks, groupOf, overdueSince, rankOf };
