// The lead's page: which calls are overdue at this moment, and which cases wait too long.
import { keepAges } from "./shared/ages.js";
import { all } from "./shared/elements.js";
import { _, decimal } from "./shared/words.js";

const countPast = (holder) =>
  holder.dataset.past.split(" ").filter((time) => Date.parse(time) <= Date.now()).length;

function showPast() {
  for (const cell of all("td[data-past]")) {
    const count = countPast(cell);
    cell.textContent = count ? `▲ ${decimal.format(count)}` : "0";
    cell.classList.toggle("overdue", count > 0);
  }
  for (const fire of all("li[data-past]")) {
    const count = countPast(fire);
    fire.hidden = !count;
    fire.querySelector(".overdue").textContent = `▲ ${_("久等未拨 %(count)s 个", { count: decimal.format(count) })}`;
  }
  for (const row of all("[data-from]")) row.hidden = Date.parse(row.dataset.from) > Date.now();
  for (const part of all(".waiting, .waiting .rest")) {
    part.hidden = !part.querySelector("[data-from]:not([hidden])");
  }
  for (const summary of all(".waiting .rest summary")) {
    const count = all("[data-from]:not([hidden])", summary.parentElement).length;
    summary.textContent = _("其余 %(count)s 个", { count });
  }
}

keepAges();
showPast();
setInterval(showPast, 30000);
