"""Text of strangers made safe to look at: controls shown, numbers masked, in linear time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

_HIDDEN_MARKS = re.compile("[\u200e\u200f\u061c\ufeff]")
# Overrides and isolates turn the order of letters around; C1 controls have no picture.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u007f-\u009f\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029\u0085]")
_CONTROLS = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\t\n"}
HIDDEN = "〔号码〕"
_FORMULA = {"=", "+", "-", "@", "|", "%"}
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\u00ad]")

# As digits are spoken over the telephone, besides those that Unicode knows.
_SPOKEN_DIGITS = dict(zip("幺洞拐勾○◯", "107900", strict=True))
_SPOKEN = "".join(_SPOKEN_DIGITS)
# What a text looks like to `_NUMBER`: a digit, a picture or mark, another sign, a letter.
_DIGIT, _PICTURE, _SIGN, _LETTER = "0~-x"
_GAP = f"{_SIGN}{{0,3}}(?:{_PICTURE}{{1,8}}{_SIGN}{{0,3}}){{0,2}}"
_NUMBER = re.compile(f"{_DIGIT}(?:{_GAP}{_DIGIT}){{6,}}")
# No number: a day, a moment, the address of a machine (of at most ten digits).
_NO_NUMBER = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d[-/](?:0[1-9]|1[0-2])[-/](?:0[1-9]|[12]\d|3[01])"
    r"(?:[ T](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?)?(?!\d)"
    r"|(?!(?:\.?\d){11})(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}"
    r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?::\d{2,5})?(?![\d.]))",
    re.ASCII,
)
# The look-behind and the possessive + keep it from reading a long word again from each letter.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++[@＠][\w-]++(?:[.．][\w-]++)+", re.ASCII)
_ACCOUNT = re.compile(
    r"((?:微信|薇信|威信|[vｖ]信|扣扣|企鹅|(?<![a-z0-9_])(?:we ?chat|weixin|wx|vx|qq)(?![a-z0-9_]))"
    r"(?:[号號码碼群加是为為叫我的同:：=＝+\s()（）\[\]【】「」\"'“”‘’.,，。、*_~—-]|账号|帐号|id(?![a-z0-9])){0,8})"
    r"([a-z][\w-]{4,}|\d{5,})"
    r"|((?<![a-z0-9_])[vｖ](?![a-z0-9_])[:：=＝+\s]{0,4})((?=[a-z]{0,30}[-_\d])[a-z][\w-]{4,})"
    r"|()((?<![a-z0-9_])wxid_\w{4,})",
    re.ASCII | re.I,
)


class _Shapes(dict[int, str]):
    """What each character looks like to `_NUMBER`, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)
        if _is_digit(char):
            shape = _DIGIT
        elif category in ("So", "Sk", "Cn", "Co", "Mn", "Me", "Cf"):
            shape = _PICTURE
        else:
            shape = _SIGN if category[0] in "PZSC" or char == "ー" else _LETTER
        self[code] = shape
        return shape


_shapes = _Shapes()


def _is_digit(char: str) -> bool:
    return char in _SPOKEN or unicodedata.numeric(char, -1.0) in range(10)


def plain(text: str) -> str:
    """Return `text` with nothing in it that reorders, hides or rings: such characters become signs.

    Line ends and tabs stay; marks without effect on their neighbours are dropped.
    """
    if text.isprintable():
        return text
    text = _HIDDEN_MARKS.sub("", _LINE_ENDS.sub("\n", text))
    return _TURNING.sub("\ufffd", text).translate(_CONTROLS)


def masked(text: str) -> str:
    """Return `text` with whatever could be dialled or written to replaced by 〔号码〕.

    Telephone numbers however they are spelled (signs or pictures between the digits, Chinese
    numerals, circled ones), e-mail addresses, and ids named as such of WeChat or QQ.
    """
    visible = _INVISIBLE.sub("", plain(text))
    if "@" in visible or "＠" in visible:
        visible = _EMAIL.sub(HIDDEN, visible)
    visible = _ACCOUNT.sub(_without_account, visible)
    shape = _NO_NUMBER.sub(_as_letters, visible).translate(_shapes)
    parts, end = [], 0
    for number in _NUMBER.finditer(shape):
        parts += [visible[end : number.start()], HIDDEN]
        end = number.end()
    return "".join([*parts, visible[end:]])


def _as_letters(match: re.Match[str]) -> str:
    return _LETTER * len(match[0])


def _without_account(match: re.Match[str]) -> str:
    return f"{match[1] or match[3] or ''}{HIDDEN}"


def numbers_in(text: str) -> list[str]:
    """Return the digits of each number that a text spells, however it spells them."""
    return [digits for digits, _ in _numbers(text)]


def without_number(text: str, digits: str) -> str:
    """Return `text` with each spelling of one number replaced by 〔号码〕, and nothing else."""
    parts, end = [], 0
    for spelled, places in _numbers(text):
        at = spelled.find(digits)
        while at >= 0:
            parts += [text[end : places[at]], HIDDEN]
            end = places[at + len(digits) - 1] + 1
            at = spelled.find(digits, at + len(digits))
    return "".join([*parts, text[end:]])


def _numbers(text: str) -> Iterator[tuple[str, list[int]]]:
    """Yield the digits of each number in a text, and where each of them stands."""
    shape = text.translate(_shapes)
    for number in _NUMBER.finditer(shape):
        places = [at for at in range(*number.span()) if shape[at] == _DIGIT]
        yield "".join(_digit_of(text[at]) for at in places), places


def _digit_of(char: str) -> str:
    spoken = _SPOKEN_DIGITS.get(char)
    return spoken or str(int(unicodedata.numeric(char)))


def like_formula(text: str) -> bool:
    """Tell whether a spreadsheet might run this text once it is edited or pasted."""
    # Chinese and Japanese spreadsheets take the full-width signs for formulas too.
    return unicodedata.normalize("NFKC", text.lstrip(" '")[:1]) in _FORMULA


def formula_safe(cell: str) -> str:
    """Return a cell as one line of a CSV file that no spreadsheet takes for a formula."""
    text = "".join(char for char in " ".join(cell.split()) if char.isprintable())
    return f"'{text}" if like_formula(text) else text


def grouped(value: str) -> str:
    """Return a number with gaps that help reading it out: 138 0013 8000, 027-8572 0000."""
    if re.fullmatch(r"1\d{10}", value):
        return f"{value[:3]} {value[3:7]} {value[7:]}"
    local = re.fullmatch(r"(0\d{2,3}-)?(\d{4})(\d{4})(-\d+)?", value)
    if local:
        return f"{local[1] or ''}{local[2]} {local[3]}{local[4] or ''}"
    return value


def part_hidden(value: str) -> str:
    """Return a number or an id with its middle hidden, enough to tell two apart on a screen.

    Of a short one only the beginning is left. The page's list hides numbers by the same rule.
    """
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 9 else f"{value[:2]}****"


def safe_url(url: str | None) -> str | None:
    """Return `url` where it is an ordinary web address, else None."""
    if not url or re.search(r"[\s\x00-\x20\x7f]", url) or len(url) > 2000:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
