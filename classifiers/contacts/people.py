"""Know how people are named: words go in, the name they end in comes out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from data import read_words

_LETTER = re.compile(r"[\u4e00-\u9fffA-Za-z]")
_BEFORE = re.compile(r"[\s:的/\-—(\"“「]{0,2}$")
_BEHIND_CALLED = re.compile(r"(?:\([^()\n]{1,8}\))?(?:姓名)?[\s:是为系写】\])\"“「]{0,3}$")
_LEAD = re.compile(
    r"(?:联系|咨询|找|搵|揾|收货员|致电|寄给|交给|寄|问|请|谢谢|医院|院|[科室部办组站队]|联系到|人是|人为|打给?|拨|加|回复?|归|的|是"
    r"|[与跟和同由经给让]|通知|告知|告诉|转交?|交|发给?|中心"
    r"|我|替|帮|代|上午|下午|白天|白班|早班|中班|夜班|夜间|夜里|晚上|早上|周末|平时|日间)$"
)
_ALONE = re.compile(r"(?:^|(?<!\d)[\s:,;、。(])([^\W\d_万])$")
_FOREIGN = re.compile(
    r"(?<![A-Za-z])[A-Z][A-Za-z]{1,14}(?:[ .·][A-Z][A-Za-z]{1,14})?(?: ?[\u4e00-\u9fff]{1,3})?$"
    r"|[小老阿][A-Z][A-Za-z]{0,14}$"
)
_ADDRESSED = re.compile(
    r"(?<![A-Za-z])(?P<name>(?:Dr|Mrs?|Ms|Miss|Prof|Nurse|Doctor|Sister)\b\.? ?"
    r"[\u4e00-\u9fff]{1,3})$"
)
_KINDRED = "哥姐叔婶"
_FAMILY = re.compile(rf"(?P<name>[\u4e00-\u9fff][{_KINDRED}])$")
_PARENT = re.compile(
    r"(?<![\u4e00-\u9fff])(?P<name>[小阿大][\u4e00-\u9fff]{1,2}(?:妈妈?|爸爸?|姐姐|哥哥|阿?姨|叔叔?|伯|婶|嫂|公|婆))$"
)
_MENTION = re.compile(r"@(?P<name>[\w-]{2,20})$")
_IN_ENGLISH = re.compile(
    r"(?:(?<![A-Za-z])(?:[Cc]ontact(?: person)?|[Cc]all|[Aa]sk for|[Aa]ttn)[:.]?\s{1,2}"
    r"|(?=(?:Dr|Mrs?|Ms|Miss|Prof|Nurse|Doctor|Sister)\b))"
    r"(?P<name>(?:(?:Dr|Mrs?|Ms|Miss|Prof|Nurse|Doctor|Sister)\.? ?)?"
    r"[A-Z][a-z]{1,14}(?: [A-Z][a-z]{1,14})?)$"
)
_SHORT_TITLE = re.compile(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])[科处局院部站所队]$")
_NICKNAME = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,4}$")
# a sign of its own before a title that says no kind of people (卯师傅, but not 女医生)
_SELDOM = re.compile(
    r"[\u4e00-\u9fff](?<![女男老大小新旧副总正主该本另各众全名位段首带前后同军警校队店厂站院科组部护值家门两几每多我你他她它这那谁的])"
)
_CALLED_NAME = re.compile(r"(?<=叫)[\u4e00-\u9fff]{2,4}$")
_OF_A_PLACE = re.compile(r"[科室部院处办组队站楼区店路街号本该我们里处方式码者人员]$")
_COUNTED = re.compile(r"[\d一二两三四五六七八九十百千万几多每各数名位个]$")
_ANYONE = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{1,3}(?<!病)人[:是为]\s?[\"“]?$")
_OTHER_NAME = re.compile(r"[\u4e00-\u9fff]{2,5}$")
_WORK_BEHIND = re.compile(r"[\s,、/]是?(?P<work>[\u4e00-\u9fff]{2,9})$")
_WEEKDAY = re.compile(r"周[一二三四五六日末至]")
_NEAR = 24
_EVERYDAY = 60  # a word that jieba's corpus has so often is hardly a name
_FAMILIAR = "小老阿"
_BIG = ("大老", "大小")
_SELDOM_NAMES = {"向"}  # 请向医生… names nobody
_PET = "小阿"  # before a part of the first name too (小敏)
_ANNOUNCES = frozenset("人者员主名叫")  # how words end behind which nothing but a name stands


class Person(NamedTuple):
    """A person and a role as (start, end), None where not told; start: where the words begin."""

    name: tuple[int, int] | None = None
    role: tuple[int, int] | None = None
    start: int = 0
    called: bool = False


class _Left(NamedTuple):
    """What stands before a name: kind "called", "work", "edge", "lead" or None, and the work."""

    kind: str | None
    work: tuple[int, int] | None
    start: int


NOBODY = Person()


def parse(text: str, left: int, end: int) -> Person:
    """Return who is named in the words that end at `end` and begin at `left` or later."""
    title = _ending("title", text, left, end)
    courtesy = "" if title else _ending("courtesy", text, left, end)
    person = _named(text, left, end, title or courtesy, is_title=bool(title))
    if person is NOBODY and not title and (not courtesy or courtesy in _KINDRED):
        person = _called_so(text, left, end)
    if person is NOBODY:
        person = _before_work(text, left, end)
    if person is NOBODY and (title or len(courtesy) > 1):
        person = _titled(text, left, end - len(title or courtesy), end)
        if courtesy and person.name:  # the form of address belongs to the name
            person = person._replace(name=(person.name[0], end), role=None)
    if person is not NOBODY:
        return person
    work = _ending("work", text, left, end) or title
    if not work:
        return NOBODY
    start = end - len(work)
    before = _left_of(text, left, start)
    if work == title and before.kind is None:
        return NOBODY
    called = before.kind == "called" and not text.startswith("我是", before.start)
    return Person(None, (start, end), before.start, called)


def _before_work(text: str, left: int, end: int) -> Person:
    """Return who is named before a blank and the work that ends the words (谭志刚 设备科长)."""
    work = _WORK_BEHIND.search(text, max(left, end - _NEAR), end)
    if work is None or not any(
        _ending(role, text, *work.span("work")) for role in ("work", "title")
    ):
        return NOBODY
    who = _named(text, left, work.start(), "", is_title=False)
    return who._replace(role=work.span("work")) if who.name and who.role is None else NOBODY


def surnames() -> frozenset[str]:
    """Return the family names."""
    return _set("surnames")


def is_of_work(text: str, start: int, end: int) -> bool:
    """Tell whether words are nothing but work (护士家属)."""
    while end > start:
        work = _ending("work", text, start, end) or _ending("title", text, start, end)
        if not work:
            return False
        end -= len(work)
    return True


def is_unheard_of(words: str) -> bool:
    """Tell whether no part of `words` is an everyday word, as in a name of another language."""
    return not (_holds_words(words) or _set("never") & set(words))


def _called_so(text: str, left: int, end: int) -> Person:
    """Return who is named right behind 联系人: by a foreign name or by one nobody is born with."""
    english = _IN_ENGLISH.search(text, max(left, end - 2 * _NEAR), end)
    english = english or _ADDRESSED.search(text, max(left, end - _NEAR), end)
    near = _FAMILY.search(text, max(left, end - 2), end) or _MENTION.search(text, left, end)
    english = english or _PARENT.search(text, max(left, end - _NEAR), end)
    if english:
        return Person(english.span("name"), None, english.start(), called=True)
    short = _SHORT_TITLE.search(text, left, end)
    if short and short[1] in _set("surnames") and not _is_everyday(short[0]):
        before = _left_of(text, left, short.start())
        return Person(short.span(), before.work, before.start, before.kind == "called")
    alone = _surname_alone(text, left, end)
    if alone is not None:
        before = _left_of(text, left, alone)
        return Person((alone, end), before.work, before.start, before.kind == "called")
    if near:
        before = _left_of(text, left, near.start())
        if before.kind in {"called", "work"}:
            return Person(near.span("name"), before.work, before.start, before.kind == "called")
    return _of_other_names(text, left, end) or _nicknamed(text, left, end)


def _surname_alone(text: str, left: int, end: int) -> int | None:
    """Return where a family name alone stands before a blank or a bracket."""
    alone = _ALONE.search(text, max(left, end - 3), end)
    behind_number = left == end - 2 and text[left] in ",、;/"
    if not (alone or behind_number) or text[end - 1 : end] not in _set("surnames"):
        return None
    return end - 1 if text[end : end + 1] in (" ", "(") else None


def _nicknamed(text: str, left: int, end: int) -> Person:
    """Return who is named right behind 联系人 by a foreign name or one of their own choice."""
    for pattern in (_CALLED_NAME, _FOREIGN, _NICKNAME):
        name = pattern.search(text, max(left, end - _NEAR), end)
        if name is None:
            continue
        before = _left_of(text, left, name.start())
        apart = pattern is _FOREIGN or text[name.start() - 1] in " :叫"
        if before.kind != "called" or not apart:
            continue
        if pattern is _FOREIGN or not (_is_everyday(name[0]) or _is_word_of_work(text, name)):
            return Person(name.span(), before.work, before.start, called=True)
    return NOBODY


def _of_other_names(text: str, left: int, end: int) -> Person | None:
    """Return who is named behind a title by a name that has no family name (护士长泽仁卓玛)."""
    name = _OTHER_NAME.search(text, max(left, end - 4), end)
    for start in range(name.start(), end - 1) if name else ():
        before = _left_of(text, left, start)
        word = text[start:end]
        title = _ending("title", text, left, before.work[1]) if before.work else ""
        if before.work and not title and text[start - 1] == " ":
            title = _ending("work", text, left, before.work[1])
        if not title or not before.work or _holds_words(word):
            continue
        if _set("never") & set(word):
            continue
        alone = _named(text, left, before.work[1], title, is_title=True) is NOBODY
        return Person((start, end), before.work, before.start) if alone else None
    return None


def _titled(text: str, left: int, body: int, end: int) -> Person:
    """Return who is named before a title by a name that has no family name (才让医生)."""
    alone = text[body - 1 : body]
    if text[body - 2 : body - 1] == " " and _SELDOM.fullmatch(alone) and body - 1 >= left:
        return Person((body - 1, body), (body, end), body - 1)
    for start in range(max(left, body - 5), body - 1):
        word = text[start:body]
        if start < left or not _OTHER_NAME.fullmatch(word) or _holds_words(word):
            continue
        before = _left_of(text, left, start)
        if before.kind in {"called", "edge", "lead"} and not _set("never") & set(word):
            return Person((start, body), (body, end), before.start, before.kind == "called")
    return NOBODY


def _holds_words(words: str) -> bool:
    """Tell whether some of `words` are everyday words, or the end or beginning of a place."""
    pieces = {words[i:j] for i in range(len(words)) for j in range(i + 2, len(words) + 1)}
    at_work = words[0] in "站长说姓" or _OF_A_PLACE.search(words)
    return bool(at_work) or any(map(_is_everyday, pieces))


def _is_word_of_work(text: str, name: re.Match[str]) -> bool:
    """Tell whether words end like the name of a ward, a place or a label."""
    ending = any(_ending(role, text, *name.span()) for role in ("work", "title", "called"))
    return ending or bool(_OF_A_PLACE.search(name[0]))


def _named(text: str, left: int, end: int, title: str, *, is_title: bool) -> Person:
    """Return the person whose name ends at `end`, a title or a form of address included."""
    body = named_to = end - len(title)
    if title and body - 1 > left and text[body - 1] == " ":
        body -= 1
    seen = False
    for length in (4, 3, 2, 1):
        start = body - length
        if start < left or (length == 1 and not title):
            continue
        if not _is_shaped(text[start:body], titled=bool(title)):
            continue
        before = _left_of(text, left, start)
        if _fits(text, start, body, before, titled=bool(title), longer=seen):
            role, stop = before.work, end
            if is_title and role is None:
                role, stop = (named_to, end), body
            return Person((start, stop), role, before.start, before.kind == "called")
        seen = True
    return NOBODY


def _is_shaped(word: str, *, titled: bool) -> bool:
    """Tell whether a word is a family name with up to two characters, or like 小李."""
    surnames = _set("surnames")
    if len(word) == 2 and word[0] in _FAMILIAR and word[1] in surnames:
        return True
    if len(word) == 3 and word[:2] in _BIG and word[2] in surnames:
        return True
    if len(word) == 2 and word[0] in _PET and not titled:
        return "\u4e00" <= word[1] <= "\u9fff" and not _OF_A_PLACE.search(word)
    size = 2 if word[:2] in surnames else 1
    first_name = word[size:]
    if word[:size] not in surnames or len(first_name) > 2 or not (first_name or titled):
        return False
    return not any(char in _set("never") or not "\u4e00" <= char <= "\u9fff" for char in first_name)


def _fits(text: str, start: int, end: int, before: _Left, *, titled: bool, longer: bool) -> bool:
    """Tell whether a well-shaped name stands where names stand and is not an everyday word.

    longer: whether more characters before it would make a well-shaped name too.
    """
    word = text[start:end]
    if before.kind == "called":
        pet = len(word) == 2 and word[0] in _PET and not text[end : end + 1].isalpha()
        announced = _BEHIND_CALLED.sub("", text[before.start : start])[-1:] in _ANNOUNCES
        named = pet or (len(word) > 1 and not _OF_A_PLACE.search(word))
        return titled or (announced and named) or not _is_everyday(word)
    if titled and len(word) > 1 and word in _set("surnames"):
        return True
    first = word[:1] if word[:2] in _set("surnames") else word[:2]
    if before.kind == "work":
        pet = len(word) == 2 and word[0] in _PET and text[start - 1] == " "
        apart = len(word) > 1 and text[start - 1] in "-—/|" and text[end : end + 1] in "-—/| "
        apart = apart or pet
        return apart or len(word) == 1 or not (_is_everyday(word) or _is_everyday(first))
    if word in _SELDOM_NAMES and before.kind == "lead":
        return False
    if len(word) == 1:
        return bool(before.kind) or not (
            longer or _COUNTED.search(text, 0, start) or _cuts_a_word(text, start)
        )
    alone = len(word) == 3 and text[start - 1] in " \n" and not _frequency(word)
    parts = (word, first) if alone else (word, first, word[1:])
    return before.kind is not None and not any(map(_is_everyday, parts))


def _left_of(text: str, left: int, start: int) -> _Left:
    """Return what stands right before a name that begins at `start`."""
    near = max(left, start - _NEAR)
    called_at = _stripped(_BEHIND_CALLED, text, near, start)
    called = _ending("called", text, near, called_at)
    if not called and text.endswith("我是", near, start):
        called_at, called = start, "我是"
    if called:
        begins = called_at - len(called)
        work = _ending("work", text, near, begins)
        if work:
            return _Left("called", (begins - len(work), begins), begins)
        own = called in _by_length("work")[0]
        return _Left("called", (begins, called_at) if own else None, begins)
    anyone = _ANYONE.search(text, near, start)
    if anyone:
        return _Left("called", None, anyone.start())
    at = _stripped(_BEFORE, text, near, start)
    title = "" if "/" in text[at:start] else _ending("title", text, near, at)
    work = _ending("work", text, near, at) or title
    if work:
        begins = at - len(work)
        further = _left_of(text, near, begins)
        if further.kind == "called":
            return _Left("called", (begins, at), further.start)
        return _Left("work", (begins, at), begins)
    if start <= left or not _LETTER.match(text, start - 1):
        return _Left("edge", None, start)
    return _Left("lead" if _LEAD.search(text, near, start) else None, None, start)


def _stripped(pattern: re.Pattern[str], text: str, left: int, end: int) -> int:
    """Return where the words that `pattern` matches up to `end` begin."""
    match = pattern.search(text, left, end)
    return match.start() if match else end


def _is_everyday(word: str) -> bool:
    """Tell whether a word of two or more characters is common in running text."""
    if len(word) < 2:
        return False
    return bool(_WEEKDAY.match(word)) or (_frequency(word) >= _EVERYDAY)


def _frequency(word: str) -> int:
    """Return how often jieba's corpus has a word."""
    from classifiers.dictionary import jieba  # takes long to load; not every command reads posts

    jieba.initialize()
    return int(jieba.dt.FREQ.get(word) or 0)


def _cuts_a_word(text: str, start: int) -> bool:
    """Tell whether a word of the dictionary goes on over `start` (对方医生 names no 方医生)."""
    from classifiers.dictionary import jieba  # takes long to load; not every command reads posts

    at = max(0, start - 6)
    for word in jieba.cut(text[at : start + 4], HMM=False):
        if at < start < at + len(word):
            return True
        at += len(word)
    return False


def _ending(role: str, text: str, left: int, end: int) -> str:
    """Return the longest word of a list that ends at `end`, empty where none does."""
    words, lengths = _by_length(role)
    for length in lengths:
        if end - length >= left and text[end - length : end] in words:
            return text[end - length : end]
    return ""


@cache
def _set(role: str) -> frozenset[str]:
    """Return the words of a list about persons."""
    return frozenset(read_words(f"lexicons/person_{role}.txt"))


@cache
def _by_length(role: str) -> tuple[frozenset[str], tuple[int, ...]]:
    """Return the words of a list and their lengths, the longest first."""
    words: Iterable[str] = _set(role)
    return frozenset(words), tuple(sorted({len(word) for word in words}, reverse=True))
