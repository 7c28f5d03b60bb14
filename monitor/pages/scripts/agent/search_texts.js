// What the search looks through: the words of each case, made ready a few at a time once the page is
// open, so that the first key of a search does not wait for those of 2,000 cases.
import { wordsIn } from "./panels.js";
import { caseOf, rows } from "./rows.js";

const SLICE = 20; // texts at a time: a key waits for no more
const squeezed = (text) => text.toLowerCase().replace(/[\s·-]+/g, "");
const panelTexts = new Map();

function panelText(caseId) {
  if (!panelTexts.has(caseId)) panelTexts.set(caseId, squeezed(wordsIn(caseId)));
  return panelTexts.get(caseId);
}

// Whether a case's panel says it, or its row as it stands now.
const says = (row, query) => (
  panelText(caseOf(row)).includes(query) || squeezed(row.textContent).includes(query)
);

function prepareTexts(waiting = rows.map(caseOf)) {
  for (const caseId of waiting.splice(0, SLICE)) panelText(caseId);
  if (waiting.length) setTimeout(prepareTexts, 0, waiting);
}

export { prepareTexts, says, squeezed };
