// An agreed time as it is typed on the phone: 16, 1630, 16:30, +2 for in two hours.
import { instantOf, wall } from "../shared/times.js";

const step = 5 * 60000;
const day = 86400000;

// The instant that the words mean, the next one of its hour; null where they mean none.
function instantTyped(words, now) {
  const later = /^\+\s*(\d{1,2})$/.exec(words);
  if (later) return Math.ceil((now + Number(later[1]) * 3600000) / step) * step;
  const typed = /^(\d{1,2})\D?(\d{2})?\D?$/.exec(words);
  if (!typed) return null;
  const [hour, minute] = [Number(typed[1]), Number(typed[2] ?? 0)];
  if (hour > 23 || minute > 59) return null;
  const clock = `T${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
  const today = instantOf(wall(now).slice(0, 10) + clock);
  return today > now ? today : instantOf(wall(now + day).slice(0, 10) + clock);
}

export { instantTyped };
