// Signing out of the desk, once it has what was noted here.
import { _ } from "../shared/words.js";
import { live } from "./link.js";
import { sendRest } from "./sending.js";

function offerLeaving() {
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
}

export { offerLeaving };
