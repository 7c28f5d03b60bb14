// What to say: the steps of the script beside the case, and the facts that they speak of.
import { page } from "../memory/page_data.js";
import { all, byId } from "../shared/elements.js";
import { goodsNames, goodsOf, goodsWords } from "./goods.js";
import { article } from "./panels.js";
import { lineChosen } from "./rungs.js";

const script = document.querySelector(".script");
// Those of the script that the case is called by: a plea's, or that of its list.
const tabs = () => all(`[role=tab][data-script="${article().dataset.script}"]`, script);
const tabOf = (panel) => panel && byId(panel.getAttribute("aria-labelledby"));
const panelOfTab = (tab) => tab && byId(tab.getAttribute("aria-controls"));

// The script speaks of the case as it stands: goods that were corrected here with their new amounts.
// line: whom it speaks to, the contact that is chosen unless told.
function fillFacts(line = lineChosen() ?? article().querySelector(".rung.proposed")) {
  const facts = { ...article().dataset, agent: page.agent };
  if (line) facts.person = line.querySelector(".who")?.textContent;
  if (article().dataset.edited) {
    const goods = goodsOf(article());
    const ticked = goods.filter((item) => item.ticked);
    const wanted = goods.filter((item) => !item.struck);
    const meant = [ticked, wanted].find((items) => items.length) ?? goods;
    facts.goods = goodsNames(meant);
    facts.amounts = goodsWords(meant);
  }
  for (const holder of all("[data-fact]", script)) {
    holder.textContent = facts[holder.dataset.fact] || holder.dataset.default;
  }
}

const stepsMore = byId("more-steps");

// The step that fits now stands alone; the others behind 更多.
function foldSteps(isFolded) {
  script.querySelector(".steps").classList.toggle("folded", isFolded);
  stepsMore.ariaExpanded = String(!isFolded);
}

const toggleSteps = () => foldSteps(stepsMore.ariaExpanded === "true");

function pickStep(tab) {
  chooseStep(tab);
  foldSteps(true);
}

function chooseStep(tab) {
  for (const other of all("[role=tab]", script)) {
    other.setAttribute("aria-selected", String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
    panelOfTab(other).hidden = other !== tab;
  }
}

// The steps and principles of other scripts stay away.
function showScript() {
  const name = article().dataset.script;
  for (const part of all("[role=tab], .principles", script)) part.hidden = part.dataset.script !== name;
}

// The step that an answer leads to.
function followAnswer(button) {
  const tab = tabs().find((other) => other.textContent.trim() === button.dataset.leadsTo);
  if (tab) pickStep(tab);
}

// The text of a step's message, spoken for the open case.
function messageOf(panel) {
  return panel?.querySelector(".message")?.textContent.trim() ?? "";
}

// The step for a disposition.
function panelFor(code) {
  const tab = tabs().find((other) => other.dataset.for.split(" ").includes(code));
  return panelOfTab(tab);
}

// The message for a line of the ladder: to the author of a post, or to who passed the plea on.
function panelTo(line) {
  const to = line?.dataset.kind !== "post" ? "contact" : "relayed" in line.dataset ? "passed_on" : "post";
  const written = tabs().filter((other) => other.dataset.to);
  const tab = written.find((other) => other.dataset.to === to) ?? written[0];
  return panelOfTab(tab);
}

export {
  chooseStep, fillFacts, foldSteps, followAnswer, messageOf, panelFor, panelTo, pickStep, showScript, tabOf, tabs, toggleSteps,
};
