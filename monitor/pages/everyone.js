// The desk's page has everybody's cases: one's own are shown first, all of them on demand.
const whose = document.createElement("div");
whose.className = "whose";
whose.setAttribute("role", "group");
whose.ariaLabel = _("谁的案子");
let everybody = false;

ofWhom = (row) => everybody || row.dataset.agent === page.agent;

function showOwner(row) {
  let owner = row.querySelector(".owner");
  if (!owner) {
    owner = document.createElement("span");
    owner.className = "owner";
    row.append(owner);
  }
  put(owner, row.dataset.agent ? _("%(agent)s 的", { agent: row.dataset.agent }) : _("还没分派"));
}

for (const [all_, words] of [[false, _("我的")], [true, _("大家的")]]) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words;
  button.ariaPressed = String(all_ === everybody);
  button.addEventListener("click", () => {
    everybody = all_;
    if (everybody) rows.forEach(showOwner);
    byId("rows").classList.toggle("everybodys", everybody);
    for (const other of whose.children) other.ariaPressed = String(other === button);
    showList();
    showCounts();
  });
  whose.append(button);
}
document.querySelector(".find").prepend(whose);

const leave = document.createElement("form");
leave.method = "post";
leave.action = "sign-out";
leave.className = "sign-out";
leave.innerHTML = "<input type=hidden name=csrf><button></button>";
leave.elements.csrf.value = live.csrf;
leave.querySelector("button").textContent = _("退出");
leave.addEventListener("submit", async (event) => {
  event.preventDefault();
  await sendRest();
  leave.submit();
});
document.querySelector(".bar").append(leave);

showList();
setTimeout(poll); // once the page has read what it kept
