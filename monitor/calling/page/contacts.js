// A contact as a person typed it, as classifiers/contacts/typed.py reads it, pattern for pattern:
// change both. A table of spellings holds the two to the same answers.
const kinds = ["mobile", "phs", "landline", "wechat", "qq", "email", "post"];
const dialledKinds = ["mobile", "phs", "landline"];

const signs = {
  0: "零〇○◯⓿", 1: "一幺壹❶", 2: "二贰貳❷", 3: "三叁參❸", 4: "四肆❹", 5: "五伍❺", 6: "六陆陸❻", 7: "七柒❼",
  8: "八捌❽", 9: "九玖❾",
};
const digitOf = new Map(Object.entries(signs).flatMap(([digit, chars]) => [...chars].map((char) => [char, digit])));
const looksOfADigit = /[○◯⓿❶-❾]/gu;

// Without a picture of their own, though no control characters: fillers, variation selectors and
// what makes a keycap of a digit.
const unseen = /[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u20e3\u3164\uffa0\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;
const blanks = /[\t\n\v\f\r\u0085\p{Z}]/gu;
const controls = /[\p{Cc}\p{Cf}\p{Cs}]/gu;
const pictures = /[\p{So}\p{Cn}\p{Co}\u{1f3fb}-\u{1f3ff}]/gu;
const url = /https?:\/\/[^ ]+/u;
const email = /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}(?![A-Za-z0-9])/u;

const { raw } = String;
const dash = "[-‐-―−˗⁃ー~_·•・‧.。*]";
const sign = "[-‐-―−˗⁃ー~_·•・‧.。* ()]";
const gap = `${sign}{0,3}`;
const numeral = "[0-9零〇一幺壹二贰貳三叁參四肆五伍六陆陸七柒八捌九玖]";
const lead = "(?:^|[^0-9a-z_])";
const spaced = `${numeral}(?:${sign}${numeral}){1,5}(?!${sign}?${numeral})`;
const extension = `(?:(?:${sign}|,){0,3}(?:转接?|轉接?|分机|分機|内线|內線|extension|ext|x|#)`
  + `(?:分机|分機|内线|內線|[号號码碼拨撥按:]|${sign}){0,3}`
  + `(${spaced}|[0-9]{1,6}(?![0-9])|${numeral}{2,6}(?!${numeral}))`
  + `| {0,2}${dash}{1,2} {0,2}`
  + `(${spaced}|[0-9]{1,6}(?![0-9楼樓层層号號室床病])|${numeral}{3,6}(?!${numeral}))`
  + `|[ (]{1,3}(${spaced}|[0-9]{3,6})(?!${gap}[0-9])(?![0-9a-z楼樓层層号號室床病]))?`;
const china = `[+( ]{0,3}(?:0${gap}0${gap})?8${gap}6${gap}`;
const area = `(1${gap}0|2${gap}[0-9]|[3-9]${gap}[0-9]${gap}[0-9])`;
const local = `([0-9]{7,8}(?![0-9])|[0-9]{3,4}${sign}{1,3}[0-9]{4}(?![0-9])`
  + `|[0-9](?:${gap}[0-9]){7}(?![0-9])|[0-9](?:${gap}[0-9]){6}(?![0-9]))`;
// Of equal beginnings the first of these counts: 86-400… is no landline of an area 400.
const numbers = Object.entries({
  mobile: `(?:${china})?(?:0${gap})?(1${gap}[3-9](?:${gap}[0-9]){9})(?![0-9])`,
  tollFree: `(?:${china}(?:0${gap})?)?([48]${gap}0${gap}0(?:${gap}[0-9]){7})(?![0-9])${extension}`,
  landline: `(?:${china}(?:0${gap})?|0${gap})${area}${gap}${local}${extension}`,
  abroad: raw`(?:\+|0${gap}0)${gap}((?!8${gap}6)[1-9](?:${gap}[0-9]){6,14})(?![0-9])`,
}).map(([kind, pattern]) => ({
  kind, led: new RegExp(`(${lead})${pattern}`, "u"), free: new RegExp(`()${pattern}`, "u"),
}));
// What the country's code tells of mobiles: of Hong Kong, Macao, Taiwan, Japan, Korea, Singapore,
// Malaysia, Australia, Britain, France, Germany, Italy.
const mobileAbroad = /^(?:852[4-9]|8536|8869|81[789]0|821|65[89]|601|614|447|33[67]|491[567]|393)/u;
const dashOfOne = /([0-9])一(?=[0-9])/gu;
// An id may begin like a label: wx13800 is one. A label is glued to a whole number only.
const glued = new RegExp(
  raw`(^|[^0-9a-z_])(?:(?:telephone|tel|phone|mobile|mob|cell)(?=\+?[0-9])`
  + "|(?:wechat|weixin|wx|vx|v)(?=1[3-9][0-9]{9}(?![0-9a-z_])))", "gu",
);
const phs = /小灵通|小靈通/u;
const localAlone = new RegExp(`(${lead})([0-9]{7,8}|[0-9]{3,4}${dash}[0-9]{4})(?![0-9a-z_])${extension}`, "u");
const short = new RegExp(
  "(^|[ :,;(#]|电话|電話|手机|手機|座机|座機|热线|熱線|总机|總機|内线|內線|分机|分機|号码|號碼|小灵通|小靈通|转|轉)"
  + `([0-9](?:${gap}[0-9]){2,19})(?=$|[ :,;()])`, "u",
);
const qqWord = new RegExp(`${lead}qq|扣扣|企鹅|企鵝`, "u");
const qq = new RegExp(
  `(${lead}qq|扣扣|企鹅|企鵝)(?:交流|工作|联系|志愿者?)?群?[号號]?[码碼]?[是为為]?`
  + "[^0-9a-z㐀-鿿]{0,3}([1-9](?:[ -]?[0-9]){4,11})(?![0-9a-z_@])", "u",
);
const wechatWord = new RegExp(`微信|薇信|威信|v信|${lead}(?:wechat|weixin|wx|vx|v)(?![0-9a-z_])`, "u");
const wechat = new RegExp(
  `((?:微信|薇信|威信|v信|${lead}(?:wechat|weixin|wx|vx|v)(?![0-9a-z_]))`
  + "(?:账号|帐号|[号號]|[ :]?id(?=[ :])){0,2}[是为為]?[ :#(]{0,4})"
  + "([a-z][-_a-z0-9]{4,29}|[0-9]{5,11})(?![-_a-z0-9])", "u",
);
const announced = /^(?:(?:微信|薇信|威信|v信)[号號]?[ :]*|(?:wechat|weixin|wx|vx)(?:[号號][ :]*|[ :]+))/u;
const word = /[-_a-z0-9]+/gu;
const idLike = /^[a-z][-_a-z0-9]{5,19}$/u;
const label = new RegExp(
  "[的同]?(?:联系|联络|聯繫|聯絡)?(?:电话|電話|手机|手機|座机|座機|固话|固話|热线|熱線|总机|總機|内线|內線"
  + "|分机|分機|小灵通|小靈通|微信|薇信|威信|v信|邮箱|郵箱|邮件|郵件|扣扣|联系人|聯繫人|联系方式|聯繫方式"
  + "|[号號][码碼]|同[号號])(?:[号號][码碼]?)?(?:也?[是为為])?"
  + "|(^|[^0-9a-z_])(?:telephone|tel|phone|mobile|mob|cell|e-?mail|wechat|weixin|wx|vx|v|qq群?)"
  + "(?:[号號][码碼]?|同[号號])?(?:也?[是为為])?(?![0-9a-z_])", "gu",
);
const numberLike = new RegExp(`[0-9](?:${gap}[0-9]){6,19}`, "gu");
const addressLike = /[A-Za-z0-9_.@%+-]+/gu;
const edges = " -.·&'’+/";
const isNoName = /[^\p{L}\p{N}\p{M} \-.·&'’+/]/gu;

const toDigits = (text) => text.replace(/[^0-9]/gu, (char) => digitOf.get(char) ?? char);
const digitsOf = (text) => toDigits(text).replace(/[^0-9]/gu, "");
const toLower = (text) => text.replace(/[A-Z]/gu, (char) => char.toLowerCase());
const startOf = (match) => match.index + match[1].length;
const endOf = (match) => match.index + match[0].length;
const blanked = (text, match) => (
  match ? text.slice(0, match.index) + " ".repeat(match[0].length) + text.slice(endOf(match)) : text
);
// A blank for each sign of a match but for the one that stands before it.
const blankBehind = (match, before = "") => before + " ".repeat(match.length - before.length);
const withoutLabels = (text) => text.replace(label, blankBehind);

// What can be seen of the words, with one kind of blank and none at the ends.
function seenOf(words) {
  const seen = words.replace(unseen, "").replace(blanks, " ").replace(controls, "").replace(/ +/gu, " ");
  return seen.replace(/^ | $/gu, "");
}

function trimmed(text) {
  let [start, end] = [0, text.length];
  while (start < end && edges.includes(text[start])) start += 1;
  while (end > start && edges.includes(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

// Who is named before and behind a contact, without other numbers and addresses.
function personOf(text, start, end) {
  const around = `${text.slice(0, start)}\n${text.slice(end)}`;
  const small = withoutLabels(toLower(around));
  const unlabelled = Array.from({ length: around.length }, (_, at) => (small[at] === " " ? " " : around[at])).join("");
  const named = unlabelled.replace(numberLike, " ")
    .replace(addressLike, (found) => (/[@_]/u.test(found) ? " " : found))
    .replace(isNoName, " ");
  return named.split(" ").map(trimmed).filter(Boolean).join(" ") || null;
}

function extensionOf(match) {
  const digits = match.slice(-3).find(Boolean);
  return digits ? `-${digitsOf(digits)}` : "";
}

// Kind and value of a match of one of the numbers.
function telephoneOf(kind, match) {
  if (kind === "mobile") return ["mobile", digitsOf(match[2])];
  if (kind === "abroad") {
    const value = digitsOf(match[2].replaceAll("(0)", ""));
    return [mobileAbroad.test(value) ? "mobile" : "landline", `+${value}`];
  }
  if (kind === "tollFree") return ["landline", digitsOf(match[2]) + extensionOf(match)];
  return ["landline", `0${digitsOf(match[2])}-${digitsOf(match[3])}${extensionOf(match)}`];
}

// Kind, value and place of the first telephone number, in digits before numerals.
function numberIn(open) {
  const text = open.replace(glued, (match, before) => before.padEnd(match.length, ":"));
  const numerals = toDigits(text);
  const tries = [[text, "led"], [text.replace(dashOfOne, "$1-"), "led"]];
  // Of 张三一三八… the number begins behind 三: no sign before it is asked for.
  if (numerals !== text) tries.push([numerals, "free"]);
  for (const [written, way] of tries) {
    const found = numbers.map((one) => ({ kind: one.kind, match: one[way].exec(written) })).filter(({ match }) => match);
    if (found.length) {
      const { kind, match } = found.reduce((a, b) => (startOf(b.match) < startOf(a.match) ? b : a));
      return [...telephoneOf(kind, match), startOf(match), endOf(match)];
    }
  }
  return null;
}

// Kind, value and place of a number without an area, or of a few digits set apart.
function shortIn(text, small) {
  if (wechatWord.test(small)) return null;
  const kind = qqWord.test(small) ? "qq" : "landline";
  const alone = localAlone.exec(text);
  if (alone) return [kind, digitsOf(alone[2]) + extensionOf(alone), startOf(alone), endOf(alone)];
  const match = short.exec(text);
  return match && [kind, digitsOf(match[2]), startOf(match), endOf(match)];
}

// Whether a word is a WeChat id; one of letters alone stands by itself.
function isId(text, start, end) {
  const id = text.slice(start, end);
  return idLike.test(id) && (/[-_0-9]/u.test(id) || !start || " :(".includes(text[start - 1]));
}

// Kind, value and place of the WeChat id: one announced as such, or the only word.
function wechatIn(text, small) {
  const match = wechat.exec(small);
  const tokens = match
    ? [[startOf(match), endOf(match)]]
    : [...withoutLabels(small).matchAll(word)].map((token) => [token.index, endOf(token)]);
  if (tokens.length !== 1 || !(match || isId(small, ...tokens[0]))) return null;
  return ["wechat", text.slice(...tokens[0]), ...tokens[0]];
}

function mailIn(text) {
  const match = email.exec(text);
  return match && ["email", match[0], match.index, endOf(match)];
}

function qqIn(small) {
  const match = qq.exec(small);
  return match && ["qq", digitsOf(match[2]), endOf(match) - match[2].length, endOf(match)];
}

// A name that somebody goes by at WeChat, as it was typed.
function nickname(words) {
  const start = announced.exec(toLower(words))?.[0].length ?? 0;
  return { kind: "wechat", value: start < words.length ? words.slice(start) : words, person: null };
}

// Read words in plain signs; address: the URL that stood among them.
function readPlain(words, address) {
  const text = words.replace(looksOfADigit, (char) => ("○◯".includes(char) ? "〇" : digitOf.get(char)))
    .replace(pictures, " ");
  const small = toLower(text);
  const open = blanked(blanked(small, email.exec(text)), qq.exec(small));
  const found = numberIn(open) ?? mailIn(text) ?? qqIn(small) ?? wechatIn(text, small) ?? shortIn(open, small)
    ?? (address && ["post", address, 0, 0]);
  if (!found) return nickname(words);
  const [kind, value, ...place] = found;
  return { kind: kind === "landline" && phs.test(small) ? "phs" : kind, value, person: personOf(text, ...place) };
}

// What words are of which somebody told the kind, who may not have had this rule.
function corrected(kind, words, reading) {
  const told = { kind, value: words, person: null };
  if (!dialledKinds.includes(kind)) {
    return ["wechat", "qq"].includes(kind) && /^[0-9]+$/u.test(words) ? told : reading;
  }
  if (!dialledKinds.includes(reading.kind)) return told;
  return reading.value === words || (kind === "phs" && reading.kind === "landline") ? { ...reading, kind } : reading;
}

// The contact that words are; kind: as somebody else read it, or null.
function read(words, kind) {
  const seen = seenOf(words);
  if (kind === "post") return { kind, value: seen, person: null };
  const found = url.exec(seen);
  const rest = found ? `${seen.slice(0, found.index)} ${seen.slice(endOf(found))}` : seen;
  const plain = seenOf(rest.normalize("NFKC"));
  const reading = readPlain(plain, found?.[0] ?? null);
  return kind && reading.value ? corrected(kind, plain || seen, reading) : reading;
}

// Every case is ruled anew with all that was noted: what was read once is not read again.
const readings = new Map();
function readTyped(words, kind) {
  const asked = `${kind}:${words}`;
  if (!readings.has(asked)) readings.set(asked, read(words, kind));
  return readings.get(asked);
}

// A contact {value, kind?, person?, …} with the kind and the plain value that it reads as. One with
// a kind is kept but where the rule reads it otherwise. Without anything to be seen its value is "".
function typedContact(contact) {
  if (!contact) return null;
  const reading = readTyped(contact.value, kinds.includes(contact.kind) ? contact.kind : null);
  return { ...contact, ...reading, person: contact.person || reading.person };
}

// A contact as it reads, where nobody read it yet.
const kinded = (contact) => (kinds.includes(contact.kind) ? contact : typedContact(contact));

// Whether it is a telephone number.
const isDialled = (contact) => dialledKinds.includes(kinded(contact).kind);

// What two ways of writing one contact share; all telephone numbers are of one kind.
function contactKey(contact) {
  const { kind, value } = kinded(contact);
  if (!dialledKinds.includes(kind)) return `${kind}:${value.toLowerCase()}`;
  const digits = value.replace(/\P{Nd}/gu, "");
  return `number:${/^86(1\d{10}|0\d{9,})$/u.test(digits) ? digits.slice(2) : digits}`;
}

export { contactKey, isDialled, kinded, kinds, typedContact };
