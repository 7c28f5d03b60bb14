"""Read a contact as a person typed it: words in, kind, plain value and who is named beside it out.

monitor/calling/page/contacts.js is this rule for the page, pattern for pattern: change both.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from classifiers.contacts.spelling import (
    AREA,
    CHINA,
    DASH,
    DASH_OF_ONE,
    GAP,
    LOOKS_OF_A_DIGIT,
    MOBILE,
    NUMERAL,
    SIGN,
    SWITCHED,
    TO_DIGITS,
    UNSEEN,
    digits_of,
    without_picture,
)

_TO_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")

_URL = re.compile(r"https?://[^ ]+")
_EMAIL = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}(?![A-Za-z0-9])"
)

_LEAD = r"(?:^|[^0-9a-z_])"
_SPACED = rf"{NUMERAL}(?:{SIGN}{NUMERAL}){{1,5}}(?!{SIGN}?{NUMERAL})"
_EXTENSION = (
    rf"(?:(?:{SIGN}|,){{0,3}}{SWITCHED}"
    rf"({_SPACED}|[0-9]{{1,6}}(?![0-9])|{NUMERAL}{{2,6}}(?!{NUMERAL}))"
    rf"| {{0,2}}{DASH}{{1,2}} {{0,2}}"
    rf"({_SPACED}|[0-9]{{1,6}}(?![0-9楼樓层層号號室床病])|{NUMERAL}{{3,6}}(?!{NUMERAL}))"
    rf"|[ (]{{1,3}}({_SPACED}|[0-9]{{3,6}})(?!{GAP}[0-9])(?![0-9a-z楼樓层層号號室床病]))?"
)
_LOCAL = (
    rf"([0-9]{{7,8}}(?![0-9])|[0-9]{{3,4}}{SIGN}{{1,3}}[0-9]{{4}}(?![0-9])"
    rf"|[0-9](?:{GAP}[0-9]){{7}}(?![0-9])|[0-9](?:{GAP}[0-9]){{6}}(?![0-9]))"
)
_TOLL_FREE = rf"(?:{CHINA}(?:0{GAP})?)?([48]{GAP}0{GAP}0(?:{GAP}[0-9]){{7}})(?![0-9]){_EXTENSION}"
_LANDLINE = rf"(?:{CHINA}(?:0{GAP})?|0{GAP}){AREA}{GAP}{_LOCAL}{_EXTENSION}"
_ABROAD = rf"(?:\+|0{GAP}0){GAP}((?!8{GAP}6)[1-9](?:{GAP}[0-9]){{6,14}})(?![0-9])"
# Of equal beginnings the first of these counts: 86-400… is no landline of an area 400.
_NUMBERS = tuple(
    (kind, re.compile(f"({_LEAD}){pattern}"), re.compile(f"(){pattern}"))
    for kind, pattern in (
        ("mobile", MOBILE),
        ("toll-free", _TOLL_FREE),
        ("landline", _LANDLINE),
        ("abroad", _ABROAD),
    )
)
_DIALLED = ("mobile", "phs", "landline")
# What the country's code tells of mobiles: of Hong Kong, Macao, Taiwan, Japan, Korea, Singapore,
# Malaysia, Australia, Britain, France, Germany, Italy.
_MOBILE_ABROAD = re.compile(
    r"852[4-9]|8536|8869|81[789]0|821|65[89]|601|614|447|33[67]|491[567]|393"
)
# An id may begin like a label: wx13800 is one. A label is glued to a whole number only.
_GLUED = re.compile(
    r"(^|[^0-9a-z_])(?:(?:telephone|tel|phone|mobile|mob|cell)(?=\+?[0-9])"
    r"|(?:wechat|weixin|wx|vx|v)(?=1[3-9][0-9]{9}(?![0-9a-z_])))"
)
_PHS = re.compile(r"小灵通|小靈通")
_LOCAL_ALONE = re.compile(
    rf"({_LEAD})([0-9]{{7,8}}|[0-9]{{3,4}}{DASH}[0-9]{{4}})(?![0-9a-z_]){_EXTENSION}"
)
_SHORT = re.compile(
    r"(^|[ :,;(#]|电话|電話|手机|手機|座机|座機|热线|熱線|总机|總機|内线|內線|分机|分機|号码|號碼"
    r"|小灵通|小靈通|转|轉)"
    rf"([0-9](?:{GAP}[0-9]){{2,19}})(?=$|[ :,;()])"
)
_QQ_WORD = re.compile(rf"{_LEAD}qq|扣扣|企鹅|企鵝")
_QQ = re.compile(
    rf"({_LEAD}qq|扣扣|企鹅|企鵝)(?:交流|工作|联系|志愿者?)?群?[号號]?[码碼]?[是为為]?"
    r"[^0-9a-z㐀-鿿]{0,3}([1-9](?:[ -]?[0-9]){4,11})(?![0-9a-z_@])"
)
_WECHAT_WORD = re.compile(rf"微信|薇信|威信|v信|{_LEAD}(?:wechat|weixin|wx|vx|v)(?![0-9a-z_])")
_WECHAT = re.compile(
    rf"((?:微信|薇信|威信|v信|{_LEAD}(?:wechat|weixin|wx|vx|v)(?![0-9a-z_]))"
    r"(?:账号|帐号|[号號]|[ :]?id(?=[ :])){0,2}[是为為]?[ :#(]{0,4})"
    r"([a-z][-_a-z0-9]{4,29}|[0-9]{5,11})(?![-_a-z0-9])"
)
_ANNOUNCED = re.compile(
    r"^(?:(?:微信|薇信|威信|v信)[号號]?[ :]*|(?:wechat|weixin|wx|vx)(?:[号號][ :]*|[ :]+))"
)
_WORD = re.compile(r"[-_a-z0-9]+")
_ID = re.compile(r"[a-z][-_a-z0-9]{5,19}")
_LABEL = re.compile(
    r"[的同]?(?:联系|联络|聯繫|聯絡)?(?:电话|電話|手机|手機|座机|座機|固话|固話|热线|熱線|总机|總機|内线|內線"
    r"|分机|分機|小灵通|小靈通|微信|薇信|威信|v信|邮箱|郵箱|邮件|郵件|扣扣|联系人|聯繫人|联系方式|聯繫方式"
    r"|[号號][码碼]|同[号號])(?:[号號][码碼]?)?(?:也?[是为為])?"
    r"|(^|[^0-9a-z_])(?:telephone|tel|phone|mobile|mob|cell|e-?mail|wechat|weixin|wx|vx|v|qq群?)"
    r"(?:[号號][码碼]?|同[号號])?(?:也?[是为為])?(?![0-9a-z_])"
)
_NUMBER_LIKE = re.compile(rf"[0-9](?:{GAP}[0-9]){{6,19}}")
_ADDRESS_LIKE = re.compile(r"[A-Za-z0-9_.@%+-]+")
_EDGES = " -.·&'’+/"


class TypedContact(NamedTuple):
    """A contact; kind and value as in `KnownContact`, person None where nobody is named."""

    kind: str
    value: str
    person: str | None = None


def read_typed(words: str, kind: str | None = None) -> TypedContact | None:
    """Return the contact that the words are, None where nothing of them can be seen.

    kind: as somebody else read it, who may not have had this rule. A WeChat id of digits alone and
        a post's address are believed; whatever else reads otherwise is taken as it reads.
    A number that no telephone has (too short, an extension alone) is kept as a landline's: what
    was heard on the phone is not thrown away. An extension belongs to the number: 85720000转8001
    and 85720000转8002 are two people, and the switchboard is a third.
    """
    seen = _seen(words)
    if kind == "post":
        return TypedContact("post", seen) if seen else None
    url = _URL.search(seen)
    rest = f"{seen[: url.start()]} {seen[url.end() :]}" if url else seen
    plain = _seen(unicodedata.normalize("NFKC", rest))
    reading = _read(plain, url[0] if url else None)
    if reading is None or kind is None:
        return reading
    return _corrected(kind, plain or seen, reading)


def _corrected(kind: str, words: str, reading: TypedContact) -> TypedContact:
    """Return what words are of which somebody told the kind, who may not have had this rule."""
    told = TypedContact(kind, words)
    if kind not in _DIALLED:
        digits = kind in ("wechat", "qq") and re.fullmatch("[0-9]+", words)
        return told if digits else reading
    if reading.kind not in _DIALLED:
        return told
    kept = reading.value == words or (kind, reading.kind) == ("phs", "landline")
    return reading._replace(kind=kind) if kept else reading


def _seen(words: str) -> str:
    """Return what can be seen of the words, with one kind of blank and none at the ends."""
    if not (words.isascii() and words.isprintable()):
        words = "".join(map(_seen_sign, UNSEEN.sub("", words)))
    return re.sub(" +", " ", words).strip(" ")


def _seen_sign(char: str) -> str:
    category = unicodedata.category(char)
    if char in "\t\n\v\f\r\x85" or category[0] == "Z":
        return " "
    return "" if category in ("Cc", "Cf", "Cs") else char


def _read(words: str, url: str | None) -> TypedContact | None:
    """Read words in plain signs; url: the address that stood among them."""
    text = "".join(map(without_picture, words.translate(LOOKS_OF_A_DIGIT)))
    small = text.translate(_TO_LOWER)
    email, qq = _EMAIL.search(text), _QQ.search(small)
    open_text = _blank(_blank(small, email), qq)
    found = (
        _number(open_text)
        or (email and ("email", email[0], *email.span()))
        or (qq and ("qq", digits_of(qq[2]), qq.start(2), qq.end()))
        or _wechat(text, small)
        or _short(open_text, small)
        or (url and ("post", url, 0, 0))
    )
    if found:
        kind, value, start, end = found
        phs = kind == "landline" and _PHS.search(small)
        return TypedContact("phs" if phs else kind, value, _person(text, start, end))
    named = _ANNOUNCED.match(words.translate(_TO_LOWER))
    value = words[named.end() :] if named and named.end() < len(words) else words
    return TypedContact("wechat", value) if value else None


def _blank(text: str, match: re.Match[str] | None) -> str:
    """Return the text with blanks where a match stands."""
    if match is None:
        return text
    return text[: match.start()] + " " * len(match[0]) + text[match.end() :]


def _number(text: str) -> tuple[str, str, int, int] | None:
    """Return kind, value and place of the first telephone number, in digits before numerals."""
    text = _GLUED.sub(lambda match: match[1].ljust(len(match[0]), ":"), text)
    numerals = text.translate(TO_DIGITS)
    tries = [(text, True), (DASH_OF_ONE.sub(r"\1-", text), True)]
    if numerals != text:
        # Of 张三一三八… the number begins behind 三: no sign before it is asked for.
        tries.append((numerals, False))
    for written, led in tries:
        first = None
        for kind, with_lead, without in _NUMBERS:
            match = (with_lead if led else without).search(written)
            if match and (first is None or match.end(1) < first[1].end(1)):
                first = kind, match
        if first:
            kind, match = first
            return (*_telephone(kind, match), match.end(1), match.end())
    return None


def _telephone(kind: str, match: re.Match[str]) -> tuple[str, str]:
    """Return kind and value of a match of one of the numbers."""
    if kind == "mobile":
        return "mobile", digits_of(match[2])
    if kind == "abroad":
        value = digits_of(match[2].replace("(0)", ""))
        return "mobile" if _MOBILE_ABROAD.match(value) else "landline", f"+{value}"
    extension = _extension(match)
    if kind == "toll-free":
        return "landline", digits_of(match[2]) + extension
    return "landline", f"0{digits_of(match[2])}-{digits_of(match[3])}{extension}"


def _wechat(text: str, small: str) -> tuple[str, str, int, int] | None:
    """Return kind, value and place of the WeChat id: one announced as such, or the only word."""
    announced = _WECHAT.search(small)
    if announced:
        start, end = announced.span(2)
        return "wechat", text[start:end], start, end
    tokens = [match.span() for match in _WORD.finditer(_without_labels(small))]
    if len(tokens) != 1 or not _is_id(small, *tokens[0]):
        return None
    start, end = tokens[0]
    return "wechat", text[start:end], start, end


def _short(text: str, small: str) -> tuple[str, str, int, int] | None:
    """Return kind, value and place of a number without an area, or of a few digits set apart."""
    if _WECHAT_WORD.search(small):
        return None
    kind = "qq" if _QQ_WORD.search(small) else "landline"
    local = _LOCAL_ALONE.search(text)
    if local:
        return kind, digits_of(local[2]) + _extension(local), local.end(1), local.end()
    short = _SHORT.search(text)
    return (kind, digits_of(short[2]), short.end(1), short.end()) if short else None


def _extension(match: re.Match[str]) -> str:
    digits = next((group for group in match.groups()[-3:] if group), None)
    return f"-{digits_of(digits)}" if digits else ""


def _is_id(text: str, start: int, end: int) -> bool:
    """Tell whether a word is a WeChat id; one of letters alone stands by itself."""
    if not _ID.fullmatch(text, start, end):
        return False
    return bool(re.search("[-_0-9]", text[start:end])) or text[:start][-1:] in ("", " ", ":", "(")


def _without_labels(text: str) -> str:
    return _LABEL.sub(lambda match: (match[1] or "").ljust(len(match[0])), text)


def _person(text: str, start: int, end: int) -> str | None:
    """Return who is named before and behind a contact, without other numbers and addresses."""
    around = f"{text[:start]}\n{text[end:]}"
    small = _without_labels(around.translate(_TO_LOWER))
    words = "".join(
        " " if blank == " " else char for char, blank in zip(around, small, strict=True)
    )
    words = _NUMBER_LIKE.sub(" ", words)
    words = _ADDRESS_LIKE.sub(lambda match: " " if re.search("[@_]", match[0]) else match[0], words)
    kept = "".join(
        char if char in _EDGES or unicodedata.category(char)[0] in "LNM" else " " for char in words
    )
    named = [word for word in (word.strip(_EDGES) for word in kept.split(" ")) if word]
    return " ".join(named) or None
