"""How digits of contacts are written: the signs that stand for digits, between them and for none.

What a person typed (typed.py) and what stands in a post (phones.py) are read with the same signs.
"""

from __future__ import annotations

import re
import unicodedata

_NUMERALS = dict(zip("零〇○◯⓿一幺壹❶二贰貳❷三叁參❸四肆❹五伍❺六陆陸❻七柒❼八捌❽九玖❾",
                     "00000" "1111" "2222" "3333" "444" "555" "6666" "777" "888" "999",
                     strict=True))  # fmt: skip
LOOKS_OF_A_DIGIT = str.maketrans("○◯⓿❶❷❸❹❺❻❼❽❾", "〇〇0123456789")
TO_DIGITS = str.maketrans(_NUMERALS)

# Without a picture of their own, though no control characters: fillers, variation selectors and
# what makes a keycap of a digit.
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u20e3\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)

DASH = r"[-‐-―−˗⁃ー~_·•・‧.。*]"
SIGN = r"[-‐-―−˗⁃ー~_·•・‧.。* ()]"
GAP = rf"{SIGN}{{0,3}}"
NUMERAL = r"[0-9零〇一幺壹二贰貳三叁參四肆五伍六陆陸七柒八捌九玖]"
CHINA = rf"[+( ]{{0,3}}(?:0{GAP}0{GAP})?8{GAP}6{GAP}"
AREA = rf"(1{GAP}0|2{GAP}[0-9]|[3-9]{GAP}[0-9]{GAP}[0-9])"
MOBILE = rf"(?:{CHINA})?(?:0{GAP})?(1{GAP}[3-9](?:{GAP}[0-9]){{9}})(?![0-9])"
SWITCHED = (
    r"(?:转接?|轉接?|分机|分機|内线|內線|extension|ext|x|#)"
    rf"(?:分机|分機|内线|內線|[号號码碼拨撥按:]|{SIGN}){{0,3}}"
)
DASH_OF_ONE = re.compile(r"([0-9])一(?=[0-9])")


def without_picture(char: str) -> str:
    """Return a sign, a blank for what is only a picture."""
    if "\U0001f3fb" <= char <= "\U0001f3ff" or unicodedata.category(char) in ("So", "Cn", "Co"):
        return " "
    return char


def digits_of(text: str) -> str:
    """Return the digits of `text`, numerals as digits."""
    return re.sub("[^0-9]", "", text.translate(TO_DIGITS))
