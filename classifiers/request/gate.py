"""The cheap gate before the heavy readers: a normalised text goes in, whether to read it comes out.

A post passes with a word of medical care and a hint at a lack, goods, an amount or a number to
call; with goods and a clear plea; or with a facility and the soft words of those who are tired:
asking to sell, lend or share, what is nearly gone, dialect. Hashtags that only speak of the day
are passed over.
"""

from __future__ import annotations

import re
from functools import cache
from operator import itemgetter

import ahocorasick

import data
from classifiers.normalise import normalise

_ROLES = {"care": 1, "want": 2, "goods": 4, "plea": 8}
_CARE, _WANT, _GOODS, _PLEA = _ROLES.values()
_HOSPITAL = 16  # a facility's bare name: it counts beside goods with an amount, and soft words
_SOFT = 32  # of wishes, shortage and dialect; it counts beside a facility only
_ROLE = itemgetter(1)  # of a word that was met
_SOFT_ROLES = ("wish", "short", "deal")
_BEFORE, _BEHIND = 8, 12  # signs beside goods in which an amount is looked for
_ANY_NUMBER = re.compile(r"[\d两百千万十几]")
_FACILITIES = ("医院", "卫生院", "卫生室", "血站", "疾控", "急救中心", "医务室")
_CONTACT = re.compile(
    r"1[3-9]\d{9}|(?<!\d)0\d{2,3}-?\d{7}|(?:[VvWw][Xx]|微信|[加+➕]\s?[Vv])号?[:是]?\s?[A-Za-z]"
)
_HASHTAG = re.compile(r"#[^#\n]{1,60}#")
_NUMBER = re.compile(
    r"[\d两百千万]\s?(?:只|套|件|箱|盒|副|双|把|条|台|床|瓶|桶|顶|支(?!医|队|援|救|持))"
    r"|1[3-9]\d{9}|0\d{2,3}-\d{7}"
)


def passes(text: str) -> bool:
    """Tell whether a normalised text deserves a reading."""
    if "#" in text:
        text = _HASHTAG.sub(_kept, text)
    seen = 0
    for role in set(map(_ROLE, _words().iter(text))):  # a loop over each word takes twice as long
        seen |= role
    if (seen & _CARE and seen & (_WANT | _GOODS | _PLEA)) or (seen & _GOODS and seen & _PLEA):
        return True
    if seen & _SOFT and seen & (_CARE | _HOSPITAL):
        return True
    if seen & (_CARE | _GOODS) and _NUMBER.search(text):
        return True
    if seen & _HOSPITAL and _CONTACT.search(text):
        return True
    if not seen & (_PLEA | _WANT | _HOSPITAL):
        return False
    if _listed_amount(text):
        return True
    return bool(seen & (_PLEA | _WANT)) and _asked_amount().search(text) is not None


def _listed_amount(text: str) -> bool:
    """Tell whether goods of the readers' own list stand beside an amount."""
    if not _ANY_NUMBER.search(text):
        return False
    for end, length in _listed().iter(text):
        beside = text[max(0, end - length - _BEFORE) : end + _BEHIND]
        if _amount().search(beside):
            return True
    return False


@cache
def _listed() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for name, _, *others in data.read_table("lexicons/goods.tsv"):
        for word in (name, *"".join(others).split("|")):
            if len(word) > 1 and word[0] != "?" and "+" not in word:
                automaton.add_word(word, len(word))
    automaton.make_automaton()
    return automaton


@cache
def _amount() -> re.Pattern[str]:
    """Compile the pattern of a number with any unit that counts goods; a lone 一 or 两 is talk."""
    units = [u for u in data.read_words("lexicons/units.txt") if not u.isascii()]
    joined = "|".join(map(re.escape, sorted(units, key=len, reverse=True)))
    return re.compile(
        rf"(?:\d|[十百千万])\s?[多余来]?(?:{joined})|\d[kKwW万千]|(?<![\d.])\d{{3,5}}(?![\d.])"
    )


@cache
def _asked_amount() -> re.Pattern[str]:
    """Compile the pattern of a number of something, whatever it is, right behind a word of need."""
    return re.compile(
        r"(?:急需|急缺|急求|紧缺|缺|需求|需要|求购|求捐)[:\s]?[^\s,。!?;:\d人个]{2,10}\s?\d{1,6}\s?"
        r"(?:[个只套件箱盒副双把条台床瓶桶顶支块根包辆吨])(?![人月])"
    )


def _kept(hashtag: re.Match[str]) -> str:
    """Return a hashtag that may carry a plea, a blank for any other."""
    return hashtag[0] if _telling().search(hashtag[0]) else " "


@cache
def _words() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for role, bit in _ROLES.items():
        for word in data.read_words(f"lexicons/gate_{role}.txt"):
            automaton.add_word(word, automaton.get(word, 0) | bit)
    for word in _soft_words():
        automaton.add_word(word, automaton.get(word, 0) | _SOFT)
    for word in _FACILITIES:
        automaton.add_word(word, automaton.get(word, 0) | _HOSPITAL)
    automaton.make_automaton()
    return automaton


def _soft_words() -> set[str]:
    """Return soft words of a plea and words of dialect, but for those of everyday talk."""
    soft = {
        word for role in _SOFT_ROLES for word in data.read_words(f"lexicons/request_{role}.txt")
    }
    soft.update(normalise(word) for word, _ in data.read_table("lexicons/spoken.tsv"))
    everyday = data.read_words("lexicons/gate_everyday.txt")
    return {word for word in soft.difference(everyday) if not word.isascii()}


@cache
def _telling() -> re.Pattern[str]:
    words = data.read_words("lexicons/gate_hashtag.txt")
    return re.compile("|".join(map(re.escape, words)))
