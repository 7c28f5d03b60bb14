// Elements of a page, and the data that Python put into it.
const byId = (id) => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const dataOf = (id) => JSON.parse(byId(id).textContent);

// Only what changed is written, so that a turn over 500 rows costs no layout.
function put(holder, words) {
  if (holder.textContent !== words) holder.textContent = words;
}

// Whether keys that are pressed there are typed.
const isTyping = (target) => (
  target.matches("input:not([type=radio], [type=checkbox]), textarea, select")
);

export { all, byId, dataOf, isTyping, put };
