"""Find where the name of a facility begins, given the text and where the name's suffix stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from classifiers.places.gazetteer import PlaceName, is_own_name
from data import read_table, read_words

WINDOW = 32
_RUN = re.compile(rf"[\u4e00-\u9fff\d]{{0,{WINDOW}}}\Z")
_COUNT = re.compile(
    r"(?<![第\d])\d+(?:多|余|几)?(?:年|月|日|号|点|时|分|例|名|位|人(?!民)|个|家|所|支|批|张|床|天|万|岁)"
    r"|^\d+$|\d{5,}"
    r"|[\d一二两三四五六七八九十百几半数]多?个?(?:年|月|天|周|星期|小时|钟头|晚)多?(?:之?[前后]|以?来|内|间|里)"
    r"|^(?:可是?|但是?|然而|却|所以|因为|若是?|听|据)"
)
_OTHER = re.compile(r"医院(?!附属)|卫生院|医疗队|疾控中心")
_HELPS = re.compile(r"(?:对口)?(?:支援|驰援|援助|援)(?=〇)|赴(?=〇)|驻|(?:一线|前线)$|新型|防控")
# 武汉济和医院 is one name, 武汉市民和医院 is not
_NAMED_AND = re.compile(r"(?<=〇)[^〇民我他她你们方家者生士工属校内外市县区省]和$")
# Of 铜都医院 behind its town 都 is a part of the name, of 求水山 求, of 第三批医疗队 all.
_NAMED_ALL = re.compile(r"(?<=〇)[^〇也们人全还]都$")
_NAMED_WORD = re.compile(r"(?<=〇)[\u4e00-\u9fff]{2,4}$")
_NO_NAME = re.compile(
    r"[年月日天时的在是有里院家个所们省市县区镇乡州街村人]|[大小好老新总分本该各和]$|^(?:各|每|某)"
)
_JOINS = re.compile(r"支援|驰援|援助|对口|赴|援[鄂汉]|医院")
_HAMLET = re.compile(r"[\u4e00-\u9fff]家[湾村坝沟河坡台集庄店桥冲垸嘴墩岭塘巷渡港洲坪畈堡营寨坳]")
_BATCH = re.compile(r"第[一二三四五六七八九十\d]{1,3}(?:批次?|支)|首批次?")
# Why a team or an office is there: only behind the rest of its name.
_CAUSE = re.compile(
    r"(?:新型冠状病毒|新冠|感染的|肺炎|疫情|前方|抗震|抗洪|防汛|抗疫|救灾|抢险|防[控治]|应急|联防联控|工作|领导)+$"
)
_TOWNSHIP = re.compile(
    r"(?:(?<=[在到往于去是])|(?<=[〇县市区])(?![我你他在去到往是的给于向为帮求请]))"
    r"[\u4e00-\u9fff]{2,3}[镇乡](?:中心)?$"
)
_INSTITUTE = re.compile(
    r"大学|大(?=[附第一二三人中])|学院|科学院|附属|附设|解放军|武警|空军|海军|陆军|火箭军|战区|军区|集团|公司|油田|铁路|中国|国家|医科|[医理工农师]大"
)
_VERB_TAGS = frozenset(
    {"v", "d", "r", "p", "c", "u", "ud", "ug", "uj", "ul", "uv", "uz", "y", "e", "vd", "vi"}
)


@cache
def known_short_forms() -> list[tuple[str, str]]:
    """Return the short forms of well-known hospitals, each with "alone" or "context"."""
    rows = read_table("lexicons/facilities.tsv")
    return [(row[0], row[4]) for row in rows if row[4] != "name"]


def name_start(
    text: str, suffix: int, floor: int, places: Sequence[PlaceName], *, team: bool
) -> int:
    """Return where the name begins whose suffix stands at `suffix`; that itself where no more is.

    floor: nothing before it belongs to the name. places: the names of places in `text`.
    team: the suffix names a team, so that 川北医院支援宜昌医疗队 is one name.
    """
    run = _RUN.search(text, max(floor, suffix - WINDOW), suffix)
    left = run.start() if run else suffix
    inside = [p for p in places if left <= p.start and p.end <= suffix]
    sure = [p for i, p in enumerate(inside) if not p.bound or (i and _continues(inside[i - 1], p))]
    cut = left + _behind_stops(_masked(text, left, suffix, sure, team=team))
    for other in _OTHER.finditer(text, left, suffix):
        if not team or other[0] == "医疗队":
            cut = max(cut, other.end())
    cut = _at_first_place(text, cut, [p for p in sure if p.start >= cut], team=team)
    if cut > floor and text[cut - 1] == "的":
        cut = _place_before(cut, places, team=team)
    return cut


def is_institute(words: str) -> bool:
    """Tell whether `words` hold the name of a university, an army or the like."""
    return bool(_INSTITUTE.search(words))


def _masked(text: str, left: int, right: int, places: Sequence[PlaceName], *, team: bool) -> str:
    """Return the text from `left` to `right`, parts of names that are not stop words blanked."""
    head = list(text[left:right])
    for place in places:
        head[place.start - left : place.end - left] = "〇" * (place.end - place.start)
    masked = _protected().sub(_blank, _HAMLET.sub(_blank, "".join(head)))
    masked = _TOWNSHIP.sub(_blank, _NAMED_AND.sub(_blank, masked))
    if team or text.startswith("指挥部", right):
        masked = _CAUSE.sub(_blank, masked)
    if team:
        return _HELPS.sub(_blank, _BATCH.sub(_blank, masked))
    return _NAMED_WORD.sub(_blank_name, _NAMED_ALL.sub(_blank, masked))


def _behind_stops(masked: str) -> int:
    """Return the offset behind the last word of `masked` that cannot be part of a name."""
    from classifiers.dictionary import jieba  # takes long to load; not every command reads posts

    cut = 0
    for pattern in (_stops(), _COUNT):
        for match in pattern.finditer(masked):
            cut = max(cut, match.end())
    at = cut
    for word in jieba.cut(masked[cut:], HMM=False):
        at += len(word)
        if len(word) > 1 and word in _verbs():
            cut = at
    return cut


def _at_first_place(text: str, cut: int, places: Sequence[PlaceName], *, team: bool) -> int:
    """Return the start of the first place, unless the words before it belong to the name too.

    Of an address before a name (铜陵市铜官区铜陵市中心医院) only the last run
    from large to small is kept, and a name like that of a place elsewhere (贵阳市怀仁医院).
    """
    if not places:
        return cut
    before = text[cut : places[0].start]
    if not is_institute(before) and not (team and _JOINS.search(before)):
        cut = places[0].start
    for large, small in pairwise(places):
        apart = large.end == small.start and not _continues(large, small)
        if apart and not is_own_name(text, large.regions, small):
            cut = small.start
    return cut


def _continues(large: PlaceName, small: PlaceName) -> bool:
    """Tell whether `small` stands right behind a place that it lies in."""
    return large.end == small.start and any(
        a.holds(b) for a in large.regions for b in small.regions
    )


def _place_before(cut: int, places: Sequence[PlaceName], *, team: bool) -> int:
    """Return the start of the county, with what it lies in, named before a 的 (榕江县的医院).

    A team may come from any place (重庆北碚的援鄂队).
    """
    start, joint = cut, cut - 1
    for place in reversed(places):
        small = team or start < cut or place.regions[0].level == 2
        if place.end == joint and not place.bound and small:
            start = joint = place.start
    return start


def _blank(match: re.Match[str]) -> str:
    """Return a blank of the match's length."""
    return "〇" * len(match[0])


def _blank_name(match: re.Match[str]) -> str:
    """Return a blank for what stands between a place and the suffix, if it can only be a name.

    That is a word that is no verb (连山), or a word of two characters and a third (得胜坪).
    """
    from classifiers.dictionary import jieba  # takes long to load; not every command reads posts

    head = match[0]
    stops = [stop[0] for stop in _stops().finditer(head)]
    if _NO_NAME.search(head) or any(len(stop) > 1 for stop in stops):
        return head
    words = list(jieba.cut(head, HMM=False))
    if len(words) == 1 and head not in _verbs():
        return _blank(match)
    if len(words) == 2 and len(words[1]) == 1 and not stops and words[0] in _verbs():
        return _blank(match)
    return head


@cache
def _stops() -> re.Pattern[str]:
    """Return a pattern of the words that end a name on its left."""
    return _any_of(read_words("lexicons/facility_stop.txt"))


@cache
def _protected() -> re.Pattern[str]:
    """Return a pattern of parts of names that only look like stop words."""
    words = read_words("lexicons/facility_protected.txt")
    return _any_of(words + [short for short, _ in known_short_forms()])


@cache
def _verbs() -> frozenset[str]:
    """Return the verbs, adverbs, pronouns and particles of jieba's dictionary."""
    from classifiers.dictionary import jieba  # takes long to load; not every command reads posts

    with jieba.get_dict_file() as file:
        lines = file.read().decode("utf-8")
    return frozenset(re.findall(rf"^(\S{{2,}}) \d+ (?:{'|'.join(_VERB_TAGS)})$", lines, re.M))


def _any_of(words: list[str]) -> re.Pattern[str]:
    """Return a pattern of `words`, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(set(words), key=len, reverse=True))))
