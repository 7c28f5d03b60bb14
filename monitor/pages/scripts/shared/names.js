// What readers name in Chinese, as goods and units, in the words of the page's language.
import { dataOf } from "./elements.js";
import { _ } from "./words.js";

const names = new Map(Object.entries(dataOf("names")));
const named = (word) => names.get(word) ?? word;

// Several names with 、 between them, as the desk tells them.
const namedList = (words) => words.split("\u3001").map(named).join(_("、"));

export { named, namedList };
