// Words and numbers in the language of the page.
import { dataOf } from "./elements.js";

const lang = document.documentElement.lang;
const catalog = dataOf("words");
const decimal = new Intl.NumberFormat(lang);

// Words in the page's language, with %(name)s filled in; the Chinese ones are the messages.
const _ = (message, values = {}) =>
  (catalog[message] ?? message).replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);

// Words one after the other, as they are said.
const listed = (words) => (lang === "zh-CN" ? words.join(_("、")) : new Intl.ListFormat(lang).format(words));

export { _, decimal, lang, listed };
