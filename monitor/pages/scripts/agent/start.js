// The first look at an agent's page.
import { proposals } from "../memory/cases.js";
import { entries } from "../memory/entries.js";
import { page } from "../memory/page_data.js";
import { isLost } from "../memory/storage.js";
import { keepAges } from "../shared/ages.js";
import { byId } from "../shared/elements.js";
import { arrange, arrangeForPrint } from "./arranging.js";
import { keepBreather } from "./breather.js";
import { keepTimer } from "./call_timer.js";
import { startClock } from "./clock.js";
import { offerHand } from "./hand.js";
import { listen } from "./keys.js";
import { nextToCall } from "./list.js";
import { startLooking } from "./looks.js";
import { offerMessages } from "./messaging.js";
import { fromAddress, openCase } from "./opening.js";
import { current, unfoldForPrint } from "./panels.js";
import { caseOf, rows, showRow } from "./rows.js";
import { prepareTexts } from "./search_texts.js";
import { offerAnswers } from "./substitutes.js";
import { showTidings } from "./tidings.js";

function showLoss() {
  byId("no-memory").hidden = false;
}

function start() {
  keepAges();
  arrangeForPrint();
  unfoldForPrint();
  addEventListener("memory-full", showLoss);
  if (isLost) showLoss();
  listen();
  entries.load();
  keepTimer();
  offerMessages();
  offerHand();
  offerAnswers();
  showTidings();
  keepBreather();
  rows.forEach(showRow);
  startLooking();
  arrange();
  fromAddress();
  // On a wide screen the first case stands open at once; on a telephone the list comes first.
  const isOnItsWay = page.live && document.body.classList.contains("reading-case");
  if (current() === null && !isOnItsWay && rows.length && matchMedia("(min-width: 52em)").matches) {
    openCase(caseOf(nextToCall() ?? rows[0]));
  }
  startClock();
  prepareTexts();
  globalThis.distressPage = { order: () => rows.map(caseOf), proposals };
}

export { start };
