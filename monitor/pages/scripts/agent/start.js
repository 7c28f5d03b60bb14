// The first look at an agent's page.
import { proposals } from "../memory/cases.js";
import { entries } from "../memory/entries.js";
import { isLost } from "../memory/storage.js";
import { keepAges } from "../shared/ages.js";
import { byId } from "../shared/elements.js";
import { startClock } from "./clock.js";
import { listen } from "./keys.js";
import { arrange, nextToCall } from "./list.js";
import { fromAddress, openCase } from "./opening.js";
import { current, unfoldForPrint } from "./panels.js";
import { caseOf, rows, showRow } from "./rows.js";

function showLoss() {
  byId("no-memory").hidden = false;
}

function start() {
  keepAges();
  unfoldForPrint();
  addEventListener("memory-full", showLoss);
  if (isLost) showLoss();
  listen();
  entries.load();
  arrange();
  rows.forEach(showRow);
  fromAddress();
  // On a wide screen the first case stands open at once; on a telephone the list comes first.
  if (current() === null && rows.length && matchMedia("(min-width: 52em)").matches) {
    openCase(caseOf(nextToCall() ?? rows[0]));
  }
  startClock();
  globalThis.distressPage = { proposals };
}

export { start };
