// Clocks of callees: calling hours in any zone, as hours.py has them. Instants are milliseconds,
// dates "2026-02-12".

const hourLong = 3600000;
const zoneClocks = new Map();

// Wall-clock words of an instant in a zone: "2026-02-12T14:30".
function wallIn(instant, zoneName) {
  if (!zoneClocks.has(zoneName)) {
    zoneClocks.set(zoneName, new Intl.DateTimeFormat("sv-SE", {
      timeZone: zoneName, year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit",
    }));
  }
  return zoneClocks.get(zoneName).format(instant).replace(" ", "T");
}

// The instant of wall-clock words in a zone; the first one where the clock is put back over them.
function instantIn(words, zoneName) {
  const wanted = Date.parse(`${words}Z`);
  let guess = wanted;
  for (let turn = 0; turn < 2; turn += 1) {
    guess += wanted - Date.parse(`${wallIn(guess, zoneName)}Z`);
  }
  return wallIn(guess - hourLong, zoneName) === words ? guess - hourLong : guess;
}

const dayIn = (instant, zoneName) => wallIn(instant, zoneName).slice(0, 10);

function dayAfter(date) {
  return new Date(Date.parse(`${date}T00:00Z`) + 24 * hourLong).toISOString().slice(0, 10);
}

// The callee's date and which part of that day it is, 0 the first.
function partOf(instant, zoneName, rules) {
  const [date, clock] = wallIn(instant, zoneName).split("T");
  return { date, part: rules.borders.filter((border) => border <= clock).length };
}

// The parts of a day that have calling hours, with the clock times between which calls are made.
function openParts(rules) {
  const edges = [rules.start, ...rules.borders, rules.end];
  return edges.slice(0, -1).map((edge, part) => ({
    part,
    opens: edge > rules.start ? edge : rules.start,
    closes: edges[part + 1] < rules.end ? edges[part + 1] : rules.end,
  })).filter(({ opens, closes }) => opens < closes);
}

const anyTime = { taken: new Set(), full: new Set(), parts: null };

// The first instant from `earliest` on within calling hours. taken: parts of days, such as
// "2026-02-12/0", that had their call; full: days that had theirs; parts: the only parts of a day
// that will do, null for any.
function firstMoment(earliest, zoneName, rules, { taken, full, parts } = anyTime) {
  for (let date = wallIn(earliest, zoneName).slice(0, 10); ; date = dayAfter(date)) {
    for (const { part, opens, closes } of full.has(date) ? [] : openParts(rules)) {
      const fits = !taken.has(`${date}/${part}`) && (!parts || parts.has(part));
      if (fits && earliest < instantIn(`${date}T${closes}`, zoneName)) {
        return Math.max(earliest, instantIn(`${date}T${opens}`, zoneName));
      }
    }
  }
}

export { dayIn, firstMoment, openParts, partOf };
