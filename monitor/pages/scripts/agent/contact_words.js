// Contacts in words: what kind they are, and numbers in groups.
import { _ } from "../shared/words.js";

const kindWords = {
  mobile: _("手机"), phs: _("小灵通"), landline: _("座机"), wechat: _("微信"), qq: _("QQ"), email: _("邮箱"),
  post: _("私信"),
};
const kindOf = ({ kind }) => kindWords[kind] ?? kind;

function grouped(value) {
  if (/^1\d{10}$/.test(value)) return `${value.slice(0, 3)} ${value.slice(3, 7)} ${value.slice(7)}`;
  return value.replace(/^(0\d{2,3}-)?(\d{4})(\d{4})(-\d+)?$/, "$1$2 $3$4");
}

// A number with its middle hidden, as masking.py hides it, for a list that others may see.
const hidden = ({ value }) => (
  value.length >= 9 ? `${value.slice(0, 3)}****${value.slice(-4)}` : `${value.slice(0, 2)}****`
);

export { grouped, hidden, kindOf };
