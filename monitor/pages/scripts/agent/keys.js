// What the agent's clicks and keys do.
import { entries } from "../memory/entries.js";
import { all, byId, isTyping } from "../shared/elements.js";
import { _ } from "../shared/words.js";
import { banNumber } from "./bans.js";
import { chooseNext, copyChosen, showChoice } from "./choosing.js";
import { grouped } from "./contact_words.js";
import { acknowledge, copy, copyMessage } from "./copying.js";
import { refresh } from "./arranging.js";
import { keepDraft } from "./drafting.js";
import { asksFor, form } from "./form.js";
import { addTyped, focusGoods, onGoods, onTick, tickAsWritten } from "./goods_edits.js";
import { openHand } from "./hand.js";
import { filterBy, neighbour, showList } from "./list.js";
import { dial, textMessage, weChat } from "./messaging.js";
import { follow, fromAddress, go } from "./opening.js";
import { later, onForm, sendMessage } from "./outcome.js";
import { article, current } from "./panels.js";
import { saveFile, saveOutcome, undo } from "./saving.js";
import { fillFacts, followAnswer, panelTo, pickStep, toggleSteps } from "./script.js";
import { turnStep } from "./steps.js";
import { decide } from "./suggestions.js";
import { openMore, toggleMore, wayOf } from "./ways.js";

const keys = {
  j: () => go(neighbour(1)),
  k: () => go(neighbour(-1)),
  "/": () => byId("search").focus(),
  c: () => current() !== null && copyChosen(),
  t: () => current() !== null && chooseNext(),
  m: sendMessage,
  n: () => current() !== null && byId("note").focus(),
  y: () => current() !== null && decide("merged"),
  x: () => current() !== null && decide("apart"),
  d: () => current() !== null && banNumber(),
  u: undo,
  s: () => current() !== null && toggleSteps(),
  0: () => current() !== null && toggleMore(),
  "?": () => byId("help").showModal(),
  b: dial,
  f: textMessage,
  w: weChat,
  h: openHand,
  Enter: saveOutcome,
};

// The field that a disposition asks for takes the next key at once.
function focusAsked() {
  if (asksFor("goods")) focusGoods();
  if (asksFor("time")) byId("hour").focus();
  if (asksFor("back")) form.elements.arrived[0].focus();
  if (asksFor("contact")) byId("new-value").focus();
  if (asksFor("reason")) byId("note").focus();
}

// While a Chinese word is being composed, Enter and digits belong to the input method.
const isForOthers = (event) => (
  event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey
  || document.querySelector("dialog[open]")
);

function leaveField(field) {
  openMore(false);
  if (field.id === "search") {
    field.value = "";
    showList();
  }
  field.blur();
}

const isNewGood = (field) => field.matches(".new-good") && field.value.trim();

// Enter in the fields of the form and of the case notes the outcome; any other key is typed.
function noteOnEnter(event) {
  const { target } = event;
  if (event.key !== "Enter" || event.shiftKey || !target.closest("#outcome, .case")) return;
  event.preventDefault();
  if (isNewGood(target)) addTyped();
  else saveOutcome();
}

// Whether Enter presses what it is on; the row of the open case is where one is already.
function isPressed(target) {
  const pressable = target.closest("a, button, summary");
  return Boolean(pressable) && !pressable.matches(".row[aria-current]");
}

function choosePressed(way) {
  if (current() === null) return;
  way.checked = true;
  openMore(false);
  if (asksFor("goods")) tickAsWritten();
  onForm();
  focusAsked();
}

// Choose a disposition by its digit, or do what the key stands for.
function press(event) {
  const { key } = event;
  const way = /^[1-9]$/.test(key) ? wayOf(Number(key)) : null;
  const action = way ? () => choosePressed(way) : keys[key.length === 1 ? key.toLowerCase() : key];
  if (!action) return;
  event.preventDefault();
  action();
}

const turns = { ArrowLeft: -1, ArrowRight: 1 };

function onKey(event) {
  const { key, target } = event;
  if (isForOthers(event) || (key === "Enter" && !isTyping(target) && isPressed(target))) return;
  if (asksFor("goods") && target.matches(".good [type=checkbox]") && onTick(event)) event.preventDefault();
  else if (key === "Escape") leaveField(target);
  else if (isTyping(target)) noteOnEnter(event);
  else if (turns[key] && target.matches("[role=tab]")) turnStep(target, turns[key]);
  else press(event);
}

function copyContact(button) {
  copy(button.dataset.copy, _("%(words)s 已复制。", { words: grouped(button.dataset.copy) }));
  acknowledge(button);
}

// A message for one line of the ladder, spoken to whom that line reaches.
function copyMessageTo(button) {
  const line = button.closest(".rung");
  fillFacts(line);
  copyMessage(panelTo(line));
  fillFacts();
  acknowledge(button);
}

function filterWith(button) {
  for (const other of all("[data-filter]")) other.setAttribute("aria-pressed", String(other === button));
  filterBy(button.dataset.filter);
}

const clicks = [
  [".copy", copyContact],
  [".copy-step", (button) => copyMessage(button.closest("[role=tabpanel]"))],
  [".copy-message", copyMessageTo],
  ["[role=tab]", pickStep],
  ["[data-leads-to]", followAnswer],
  ["#more-steps", toggleSteps],
  ["#more-ways", toggleMore],
  ["[data-later]", (button) => later(button.dataset.later)],
  [".add-good", addTyped],
  [".bar-number", banNumber],
  ["[data-decide]", (button) => decide(button.dataset.decide, button.closest(".suggestion"))],
  ['a[href^="#c"]', follow],
  ["[data-filter]", filterWith],
];

function onClick(event) {
  const target = event.target.closest("button, a");
  if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  // Enter shall save the outcome after a click on 复制, not copy once more.
  if (event.detail > 0 && target.matches("button")) target.blur();
  for (const [selector, act] of clicks) {
    if (!target.matches(selector)) continue;
    if (target.matches("a")) event.preventDefault();
    act(target);
  }
}

// Which contact the call is about, and the number of one that the page did not have.
function onLadder(event) {
  if (event.target.matches(".other") && event.target.value) {
    event.target.closest(".switchboard").querySelector("[type=radio]").checked = true;
  }
  if (!event.target.closest(".ladder")) return;
  article().dataset.chose = "1";
  showChoice();
  keepDraft();
}

function listen() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  form.addEventListener("submit", (event) => { event.preventDefault(); saveOutcome(); });
  form.addEventListener("input", onForm);
  byId("send").addEventListener("click", sendMessage);
  byId("reading").addEventListener("input", onGoods);
  byId("reading").addEventListener("input", onLadder);
  byId("search").addEventListener("input", showList);
  byId("help-open").addEventListener("click", () => byId("help").showModal());
  byId("note-anyway").addEventListener("click", () => document.body.classList.remove("left-alone"));
  byId("save").addEventListener("click", saveFile);
  addEventListener("hashchange", fromAddress);
  addEventListener("memory-changed", () => { entries.load(); refresh(); });
  // What was not saved to a file is kept by the browser, yet nobody else knows of it.
  addEventListener("beforeunload", (event) => {
    if (entries.unsaved().length) event.preventDefault();
  });
}

export { listen };
