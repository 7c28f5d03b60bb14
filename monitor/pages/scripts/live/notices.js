// Lines above the list that tell of the desk.
function notice(id, strong) {
  const line = document.createElement("p");
  line.className = strong ? "notice strong" : "notice";
  line.id = id;
  line.hidden = true;
  line.setAttribute("role", "status");
  document.querySelector(".notices").append(line);
  return line;
}

export { notice };
