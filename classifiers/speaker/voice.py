"""Read who speaks: "firsthand" where medics speak of themselves, else "passed on"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from classifiers.normalise import normalise
from classifiers.reader import plain, reader
from classifiers.request import hashing, quick
from classifiers.request.request import model
from data import read_words

if TYPE_CHECKING:
    from spacy.tokens import Doc

_MEDIC = (
    "医生|护士|护师|护士长|医护|医务|大夫|医师|急诊|检验科|药师|临床"
    "|隔离病房|发热门诊|一线工作人员|一线人员|医疗队"
)
_I_AM = re.compile(
    rf"(?:我|本人)(?:就|也|们|们都|们也|们就)?(?:是|在|作为)(?![^,。!?;]{{0,12}}(?:家属|患者|的(?:女儿|儿子|妻子|老婆|老公|朋友|家)))"
    rf"[^,。!?;@#]{{0,14}}(?:{_MEDIC})(?!.{{0,3}}(?:家属|的(?:女儿|儿子|妻子|老婆|老公|朋友|家|孩子|妹妹|姐姐)))"
)
_WE_LACK = re.compile(
    r"(?<!保护)(?<!帮助)我们(?:的|现在|目前|这边|这里|真的|已经|也|都|严重|非常|极度|很|急|实在|快|一直|这次|再次){0,4}"
    r"(?:缺|急需|急缺|紧缺|奇缺|需要|没有|没了|物资|防护|口罩|库存|弹尽|裸奔)"
)
_OUR_WARD = re.compile(
    r"(?<!保护)(?<!帮助)我们[^,。!?;@#\n]{0,12}(?:医院|科室?|病房|病区|医护|医务|护士|医生|中心)[^,。!?;@#\n]{0,10}(?:急需|急缺|紧缺|奇缺|缺|需要|没有|告急)"
)
_LOOK_AT_US = re.compile(
    r"(?:看看|康康|帮帮|救救|支援|帮助|关注)(?:一下|下)?我们(?!这|那|的?家乡|[\u4e00-\u9fff]{2,4}(?:市|县|省|人))"
)
_LOOK_AT = re.compile(r"看看|康康|帮帮|救救")
_RESIDENT = re.compile(
    r"我们(?:这里|这边|这儿|这个|这座|这小|那里|家乡|老家|小城|县城|县|市|省|[\u4e00-\u9fff]{2,3}[市县省人])|我的?家乡|老家|老百姓|我是[\u4e00-\u9fff]{2,3}人"
)
_RULES = {
    "i am": _I_AM,
    "we lack": _WE_LACK,
    "our ward": _OUR_WARD,
    "look at us": _LOOK_AT_US,
    "resident": _RESIDENT,
    "us": re.compile(r"我们|我哋|咱|俺|本站|本院|本科|我院|我科|我站|我队|我中心"),
    "them": re.compile(r"他们|她们|佢哋|人家|那边的|那儿的|那里的"),
    "kin": re.compile(
        r"(?:我|俺|阿)(?:的)?(?:妈|爸|姐|妹|哥|弟|姑|姨|舅|叔|婶|嫂|表|堂|老公|老婆|爱人|先生|太太|女儿|儿子"
        r"|闺女|朋友|同学|闺蜜|室友|发小|师姐|师兄|学姐|学妹|学弟|男友|女友|男朋友|女朋友|邻居|同事家)"
        r"|(?:姐姐|妹妹|哥哥|弟弟|媳妇|闺女|老公|老婆|妈妈|爸爸)(?:在|是|的|说|他们)"
    ),
    "for": re.compile(r"(?:帮|替|代)[^,。!?;\n]{0,10}(?:问|发|转|说|求|喊|找)|转自|投稿|匿名"),
}
_LONGEST = 600  # characters of the author's own words that are described
_BESIDE = 8  # signs beside a facility or a contact
_NAME = 4  # signs of a name that can tell a facility
_MEDIC_NAME = re.compile(r"医生|护士|大夫|医师|护理|急诊|ICU|药师|检验|医护")
_WARD_NAME = re.compile(
    r"科(?![普学技幻])|病房|病区|护理部|医务|院办|急诊|ICU|医院|卫生[院室]|疾控|血站"
)
_OWN_NAME = re.compile(r"\w\w[^\W省市县区医]")  # how a ward's name begins as its facility's does
_TEAM_NAME = re.compile(
    r"疾控|急救中心|卫生服务|医疗队|支援队|援\w{0,4}队|方舱|手术室|产房|药房|检验|调度台"
)
_REPOSTED = re.compile(r"//\s*@([^:@/#\s]{1,40})")
_NAMED_ALIKE, _NAMED_WARD, _NAMED_MEDIC = 2.5, 1.5, 0.7  # log-odds
_LITTLE = 5  # letters; a repost with fewer of its own only hands on
_NEWS = re.compile(r"【[^】]{6,60}】")


@reader("voice", after=("parts", "facilities", "contacts", "items"), empty=None)
def read_voice(doc: Doc) -> str:
    """Return "firsthand" or "passed on", judged by the author's own words and name.

    Words behind `//@name:` are others' words, so a bare repost is passed on whatever they say.
    Where no rule speaks, the model decides, and a name that is the facility's or a newsroom's.
    """
    own = _own(doc)
    if len(own.strip()) < _LITTLE or _listed("voice_passed_on").search(own):
        return "passed on"
    ward = any(facility.concerned for facility in doc._.facilities)
    of_us = _OUR_WARD.search(own) or (ward and _LOOK_AT_US.search(own))
    our_ward = of_us and not _RESIDENT.search(own)
    if says_i_am_medic(own) or _listed("voice_firsthand").search(own) or our_ward:
        return "firsthand"
    if _LOOK_AT.search(own) and _RESIDENT.search(own):
        return "passed on"  # a resident pleads for a town
    speaks_firsthand = model().speaks_firsthand(features_of_voice(doc), beside(doc))
    return "firsthand" if speaks_firsthand else "passed on"


def features_of_voice(doc: Doc) -> np.ndarray:
    """Return the numbers, below hashing.VOICE, of what tells who speaks; none for a bare repost."""
    own = _own(doc)
    if len(own.strip()) < _LITTLE:
        return np.zeros(0, dtype=np.int64)
    words = quick.smooth(quick.plain_words(own[:_LONGEST]))
    runs = hashing.of_runs(f"^{words}$", hashing.VOICE, kind="voice", shortest=1, longest=4)
    around = _around(doc)
    masked = hashing.of_runs(around, hashing.VOICE, kind="around", shortest=2, longest=5)
    cues = hashing.of_words(set(_cues(doc, own)), hashing.VOICE)
    return hashing.once(np.concatenate((runs, masked, cues)))


def _own(doc: Doc) -> str:
    """Return the author's own words; those they said before and pass on themselves among them."""
    author = normalise(doc._.author or "")
    words, speaker = [], author
    for part in doc._.parts:
        if named := _REPOSTED.match(part.text):
            speaker = named[1]
        elif part.kind == "own" or (part.kind == "reposted" and author and speaker == author):
            words.append(part.text)
    return "\n".join(words)


def beside(doc: Doc) -> float:
    """Return the log-odds that the author's name gives beside the post's own words.

    An account named as the facility in need, or as a ward of it, speaks for it, one named for news
    does not; one named as any ward or team likely speaks for that. Weights set by hand: few
    labelled posts have names.
    """
    author = normalise(doc._.author or "")
    if _listed("voice_newsroom").search(author):
        return -_NAMED_ALIKE
    names = [normalise(facility.text) for facility in doc._.facilities if facility.concerned]
    if len(author) >= _NAME and any(author in name or name in author for name in names):
        return _NAMED_ALIKE
    own = _OWN_NAME.match(author)
    if own and _WARD_NAME.search(author) and any(own[0] in name for name in names):
        return _NAMED_ALIKE
    if _WARD_NAME.search(author) or _TEAM_NAME.search(author):
        return _NAMED_WARD
    return _NAMED_MEDIC if _MEDIC_NAME.search(author) else 0.0


def _cues(doc: Doc, own: str) -> Iterator[str]:
    """Yield what rules see in the author's own words."""
    for name, pattern in _RULES.items():
        if pattern.search(own):
            yield f"rule:{name}"
    for name in ("voice_passed_on", "voice_firsthand"):
        yield from (f"{name}:{match[0]}" for match in _listed(name).finditer(own))
        if _listed(name).search(own):
            yield name
    if _NEWS.match(own.lstrip()):
        yield "news"
    reposted = any(part.kind == "reposted" for part in doc._.parts)
    yield f"reposted:{reposted} own:{min(5, len(own) // 25)}"
    ward = any(facility.concerned for facility in doc._.facilities)
    for name in ("us", "them", "kin"):
        if _RULES[name].search(own):
            yield f"{name} ward:{ward}"
    yield f"ward:{ward} contact:{bool(doc._.contacts)}"


def _around(doc: Doc) -> str:
    """Return the words before and behind each facility and contact, which stand as a letter."""
    text = plain(doc)
    pieces = []
    spans = [(span.start, span.end, "f") for span in doc._.facilities if span.concerned]
    spans += [(span.start, span.end, "t") for span in doc._.contacts]
    for start, end, letter in spans:
        pieces.append(f"{text[max(0, start - _BESIDE) : start]}{letter}{text[end : end + _BESIDE]}")
    return quick.smooth(quick.plain_words("|".join(pieces)))


def says_i_am_medic(words: str) -> bool:
    """Tell whether somebody says of themselves that they are medical staff."""
    return _I_AM.search(words) is not None


@cache
def _listed(name: str) -> re.Pattern[str]:
    """Return a pattern of the words of a lexicon."""
    words = sorted(read_words(f"lexicons/{name}.txt"), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))
