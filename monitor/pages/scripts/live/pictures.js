// A picture of a list comes into the case that is open: chosen, dropped or pasted. Each line stands
// beside its strip of the picture; what the agent ticks or mends goes in, and nothing else.
import { toast } from "../agent/copying.js";
import { form } from "../agent/form.js";
import { current } from "../agent/panels.js";
import { all, byId, isTyping, put } from "../shared/elements.js";
import { faultOf } from "../shared/faults.js";
import { named } from "../shared/names.js";
import { _ } from "../shared/words.js";
import { ask, live, showLink } from "./link.js";

const SLOWEST = 300000; // a photo over a slow line, and the pictures that are read before it
const refusals = {
  file: _("这不是能读的图片。请用 PNG、JPEG 图片，或者截一张图。"),
  heic: _("苹果的 HEIC 图片读不了。请对方截图再发，或存成 JPEG。"),
  missing: _("这里没装读图的部件，请告诉组长。"),
  large: _("图片太大了。请只截清单那一块。"),
  broken: _("图片坏了，打不开。请对方再发一次，或截图。"),
  crowded: _("图里字太多了。请只截清单那一块。"),
  empty: _("图里没有找到字。是这张图吗？拍清楚、放正了吗？"),
  slow: _("读得太久了。请只截清单那一块。"),
  memory: _("图片太大了。请只截清单那一块。"),
  busy: _("别的图片正在读，请过一会儿再试。"),
};
const waiting = []; // pictures that come after the one on the page
let shown = null; // the one on the page: its case, file and what was read
let isTaken = false; // whether the page does not show yet what a case has now

const offer = document.createElement("p");
offer.id = "picture-offer";
offer.innerHTML = "<button type=button></button> <span></span><input type=file hidden multiple accept='image/png,image/jpeg,image/webp'>";
const chooser = offer.querySelector("input");

const dialog = document.createElement("dialog");
dialog.id = "picture";
dialog.setAttribute("aria-labelledby", "picture-title");
dialog.innerHTML = "<h2 id=picture-title></h2><p class=told role=status></p><ol></ol><p class=acts>"
  + "<button type=button class='primary take'></button> <button type=button class=tick></button> <button type=button class=away></button></p>";
const part = (name) => dialog.querySelector(name);

// What the desk answers of a file; its own words where it cannot read it.
async function sendFile({ caseId, file }) {
  const answer = await fetch(`pictures?case=${caseId}&name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream", "X-CSRF": live.csrf },
    body: file,
    signal: AbortSignal.timeout(SLOWEST),
  });
  if (answer.status === 401 || answer.status === 403) showLink("out");
  if (answer.ok) return answer.json();
  const fault = await faultOf(answer);
  const { why } = fault ? {} : await answer.json().catch(() => ({}));
  throw new Error(fault || (refusals[answer.status === 413 ? "large" : why] ?? _("这张图没读成，请再试。")));
}

function marked(line) {
  const signs = line.unsure.map(([start, end]) => [...line.text].slice(start, end).join(""));
  return signs.length ? _("? 看不清：%(signs)s", { signs: signs.join(" ") }) : "";
}

function rowOfLine(line, number) {
  const row = document.createElement("li");
  row.className = "left-out";
  row.innerHTML = "<input type=checkbox><img alt=''><input class=words maxlength=200><small></small>";
  row.querySelector("img").src = `data:image/jpeg;base64,${line.strip}`;
  row.querySelector(".words").value = line.text;
  row.querySelector(".words").ariaLabel = _("第 %(number)s 行", { number });
  row.querySelector("[type=checkbox]").ariaLabel = _("收第 %(number)s 行", { number });
  row.querySelector("small").textContent = marked(line);
  row.dataset.unsure = line.unsure.length ? "1" : "";
  return row;
}

const rowsShown = () => all("li", dialog);
const boxOf = (row) => row.querySelector("[type=checkbox]");

function tick(row) {
  boxOf(row).checked = true;
  showTicked();
}

function showTicked() {
  for (const row of rowsShown()) row.classList.toggle("left-out", !boxOf(row).checked);
  const count = rowsShown().filter((row) => boxOf(row).checked).length;
  part(".take").disabled = !count;
  put(part(".take"), _("收下 %(count)s 行", { count }));
}

function showReading(told) {
  part("ol").replaceChildren(...told.lines.map((line, at) => rowOfLine(line, at + 1)));
  put(part(".told"), _("对着图，一行一行勾上或改对；没勾的不收。"));
  for (const name of [".take", ".tick"]) part(name).hidden = false;
  put(part(".away"), _("都不要"));
  showTicked();
  boxOf(rowsShown()[0]).focus();
}

// Words alone: what is being done, what came of it, or why not.
function showWords(words, away = _("关上")) {
  part("ol").replaceChildren();
  for (const name of [".take", ".tick"]) part(name).hidden = true;
  put(part(".told"), words);
  put(part(".away"), away);
}

async function showNext() {
  if (shown || !waiting.length) return;
  const here = waiting.shift();
  shown = here;
  put(byId("picture-title"), _("求助 %(number)s 的图片：%(name)s", { number: here.caseId, name: here.file.name }));
  showWords(_("正在读，几秒钟。"), _("不读了"));
  if (!dialog.open) dialog.showModal();
  try {
    here.told = await sendFile(here);
    if (shown === here) showReading(here.told);
  } catch (error) {
    if (shown === here) showWords(error.name === "Error" ? error.message : _("连不上，图片没送到，请再试。"));
  }
}

const ticked = () => rowsShown().filter((row) => boxOf(row).checked).map((row) => row.querySelector(".words").value);

// A picture that the desk no longer has goes to it once more; the ticked lines stay as they are.
async function sendLines({ caseId, file, told }, lines) {
  const given = { case: caseId, picture: told.picture, name: file.name, lines };
  try {
    return await ask("pictures/lines", given);
  } catch (error) {
    if (error.status !== 400) throw error;
    await sendFile({ caseId, file });
    return ask("pictures/lines", given);
  }
}

function wordsOf({ change, goods }) {
  if (change === "same") return _("这些行早就收进来了。");
  const words = goods.map(({ name, quantity, unit }) => [named(name), `${quantity}${named(unit)}`].join(" ").trim());
  return words.length
    ? _("收下了：%(goods)s。刷新后在求助里看到。", { goods: words.join(_("、")) })
    : _("收下了，没读出物资。刷新后在求助里看到。");
}

async function take() {
  const here = shown;
  part(".take").disabled = true;
  try {
    const done = await sendLines(here, ticked());
    isTaken = true;
    showWords(wordsOf(done), waiting.length ? _("下一张") : _("刷新"));
  } catch {
    showTicked();
    put(part(".told"), _("没送到，勾好的还在，请再按一次。"));
  }
}

function onClosed() {
  shown = null;
  if (waiting.length) showNext();
  else if (isTaken) location.reload();
}

function receive(files) {
  const pictures = [...files];
  if (!pictures.length) return;
  if (current() === null || form.inert) {
    toast(form.inert && current() !== null ? byId("held").textContent : _("先打开一个求助，再放图片。"));
    return;
  }
  waiting.push(...pictures.map((file) => ({ caseId: current(), file })));
  showNext();
}

const hasFiles = (event) => [...event.dataTransfer?.types ?? []].includes("Files");

function onDrag(event) {
  if (!hasFiles(event)) return;
  event.preventDefault(); // or the browser leaves the page for the picture
  document.body.classList.toggle("dropping", event.type === "dragover");
  if (event.type === "drop") receive(event.dataTransfer.files);
}

function onPaste(event) {
  const { files } = event.clipboardData;
  if (!files.length || (isTyping(event.target) && event.clipboardData.types.includes("text/plain"))) return;
  event.preventDefault();
  receive(files);
}

// Enter in a line's words ticks it and goes on to the next.
function onKey(event) {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches(".words")) return;
  event.preventDefault();
  const row = event.target.closest("li");
  tick(row);
  (row.nextElementSibling?.querySelector(".words") ?? part(".take")).focus();
}

function offerPictures() {
  put(offer.querySelector("button"), _("收图片清单"));
  put(offer.querySelector("span"), _("也可以拖进来，或粘贴截图"));
  put(part(".tick"), _("看清的都勾上"));
  form.querySelector(".last").before(offer);
  document.body.append(dialog);
  offer.querySelector("button").addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => { receive(chooser.files); chooser.value = ""; });
  for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, onDrag);
  document.addEventListener("paste", onPaste);
  dialog.addEventListener("keydown", onKey);
  dialog.addEventListener("change", showTicked);
  dialog.addEventListener("input", (event) => event.target.matches(".words") && tick(event.target.closest("li")));
  dialog.addEventListener("close", onClosed);
  part(".take").addEventListener("click", take);
  part(".tick").addEventListener("click", () => {
    for (const row of rowsShown()) if (!row.dataset.unsure) tick(row);
  });
  part(".away").addEventListener("click", () => dialog.close());
}

export { offerPictures };
