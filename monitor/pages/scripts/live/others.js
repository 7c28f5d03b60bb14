// What others have: a line of each of their cases, the rest of one once it is opened, and a search
// through the posts of all that the desk has.
import { arrange } from "../agent/arranging.js";
import { toast } from "../agent/copying.js";
import { showCounts } from "../agent/counts.js";
import { showMatches } from "../agent/list.js";
import { openCase } from "../agent/opening.js";
import { addPanel } from "../agent/panels.js";
import { addLine, lines, makeRow, rowOf, showRow } from "../agent/rows.js";
import { squeezed } from "../agent/search_texts.js";
import { cases, meaning, page } from "../memory/page_data.js";
import { byId, isTyping } from "../shared/elements.js";
import { namedList } from "../shared/names.js";
import { _ } from "../shared/words.js";
import { ask } from "./link.js";
import { onNews } from "./news.js";

const PAUSE = 250; // between the last key of a search and the question
let asked = null; // the case that is on its way
let answer = null; // to the question of the lines

function lineOf({ id, agent, name, goods, level, urgency, called }) {
  const holder = byId("line").content.querySelector("li").cloneNode(true);
  const row = holder.querySelector(".row");
  row.href = `#c${id}`;
  Object.assign(row.dataset, { case: id, agent, ...(called ? { last: "called" } : {}) });
  if (level) row.classList.add(level);
  row.querySelector(".name bdi").textContent = name || _("没写单位");
  row.querySelector(".what bdi").textContent = namedList(goods) || _("没写物资");
  row.querySelector(".sign").textContent = level ? page.levels[level].sign : "";
  const words = level ? [page.levels[level].words, namedList(urgency)].filter(Boolean).join(_("：")) : "";
  row.querySelector(".why").textContent = words;
  row.querySelector(".reach").textContent = "";
  addLine(row);
}

function askForLines() {
  answer ??= ask("others").then((told) => {
    told.lines.filter(({ id }) => !rowOf.has(id)).forEach(lineOf);
  }).catch(() => {
    answer = null;
    toast(_("连不上，看不到别人的求助。"));
  });
  return answer;
}

// The rest of a case; it stays on the page from then on, and news of it come as of one's own.
async function take(caseId) {
  const { line, data, panel } = await ask(`case?id=${caseId}`);
  if (cases.has(caseId)) return;
  if (!rowOf.has(caseId)) lineOf(line);
  cases.set(data.id, data);
  addPanel(data.id, panel);
  makeRow(rowOf.get(caseId));
  showRow(rowOf.get(caseId));
}

async function onAsked({ caseId }) {
  asked = null;
  if (cases.has(caseId)) return;
  asked = caseId;
  try {
    await take(caseId);
    arrange();
    if (asked === caseId) openCase(caseId, { focus: true });
  } catch {
    toast(_("取不到求助 %(number)s，请再试。", { number: caseId }));
  }
  if (asked === caseId) asked = null;
}

// What is pressed until the case is there would be noted for the one before.
function closedMeanwhile(event) {
  if (asked === null || (event.type === "keydown" && isTyping(event.target))) return;
  if (event.type === "keydown" && !/^([1-9]|Enter|m|u)$/i.test(event.key)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

let timer = 0;

function search() {
  clearTimeout(timer);
  const words = byId("search").value;
  if (!squeezed(words) || !answer) return;
  timer = setTimeout(async () => {
    const told = await ask(`find?words=${encodeURIComponent(words)}`).catch(() => ({ cases: [] }));
    if (byId("search").value === words) showMatches(told.cases);
  }, PAUSE);
}

function drop(caseId) {
  if (lines.delete(rowOf.get(caseId))) rowOf.delete(caseId);
}

// A case that came to this agent is fetched; one that ended for others is no line any longer.
async function onWhole({ callbacks, assigned }) {
  callbacks.filter((callback) => meaning(callback).ends).forEach((callback) => drop(callback.case));
  const mine = assigned.filter(({ case: caseId, agent }) => agent === page.agent && !cases.has(caseId));
  for (const { case: caseId } of mine) await take(caseId).catch(() => {});
  if (!mine.length) return;
  arrange();
  showCounts();
}

function offerOthers() {
  document.addEventListener("case-asked", onAsked);
  addEventListener("keydown", closedMeanwhile, { capture: true });
  addEventListener("submit", closedMeanwhile, { capture: true });
  byId("search").addEventListener("input", search);
  onNews(onWhole);
}

export { askForLines, offerOthers };
