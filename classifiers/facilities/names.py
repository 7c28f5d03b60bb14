"""Find names of hospitals, centres and teams: a normalised text goes in, their places come out."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from classifiers.facilities.bounds import is_institute, known_short_forms, name_start
from classifiers.facilities.same_name import is_known
from classifiers.places.gazetteer import PlaceName, find_place_names, is_own_name, short_name
from data import read_table

_NUMBER = r"一二三四五六七八九十\d"
_SUFFIX = re.compile(
    rf"方舱医院|医院|卫生院|(?:社区)?卫生服务(?:中心|站)|疾病?预防控制中心|疾控中心|疾控|妇幼保健(?:计划生育服务)?(?:院|中心)"
    rf"|妇保院|妇幼(?!保健|人群)|医疗中心|医学中心|急救中心|血液中心|血站|方舱|医疗(?:救援|救治)?队|医护队|护理队|精神卫生中心|(?:支援|援助|驰援)队(?![员友伍])|援[鄂汉](?:小?分队|小队|队)(?![员友伍])|队(?![员友伍列长里内援支])|队(?=队员)|急救站|(?:传染|精神|结核|麻风)病院(?!区)"
    rf"|护理之家|护理院|养护(?:中心|院)|康养中心|卫生所|卫生室|(?<=[院校所])医务室|(?:紧急)?医疗救援中心|指挥部|附[{_NUMBER}]院|附院|[{_NUMBER}]院(?![长区子士内外里])|省医(?!院|保|疗|药|学)"
    r"|红十字会(?!医院)|爱心协会|慈善总?会"
)
_TORN = re.compile(r"(?m)^([\u4e00-\u9fff]{2,10}) (医院|中医院|人民医院|卫生院|妇幼保健院)")
_BRANCH = re.compile(
    r"[东西南北中新老本总](?:院区?|区)|(?!的|和|与|及|在)[\u4e00-\u9fff]{2,4}(?:院区|分院)"
)
_TYPE = re.compile(
    rf"第?[{_NUMBER}百]{{1,3}}批?|援鄂|援汉|支援|驰援|一线|前线|人民|中心|中医药?|中西医结合|儿童|妇女儿童|妇女"
    rf"|妇幼(?:保健)?|妇产科?|传染病|肿瘤|口腔|眼科|胸科|肺科|骨科|皮肤病|精神(?:卫生|病)|心理|结核病|职业病|康复"
    rf"|老年病?|总|附属|综合|职工|民族|区域|省|市|县|区|镇|乡|州|街道|大学|学院|医科|医学|自治|疫情|防控"
    rf"|新型冠状病毒|新冠|感染的肺炎|肺炎|卫生|公共|重症|的"
)
_WIDE = {"医院", "方舱", "医疗中心", "医学中心", "卫生服务中心", "社区卫生服务中心"}
_LOCAL = re.compile(
    rf"[省市县区州](?=[{_NUMBER}第人中妇儿传疾肿胸骨眼口精康结职皮])|第?[{_NUMBER}]{{1,2}}(?=人民|中医|$)|自治区第?[{_NUMBER}人中]"
)
_KIND = re.compile(
    r"(?:[一某][位名家所个]|[大小好老新]|中型|综合性?|专科|宠物|动物|方舱|隔离|急救"
    r"|[上下同]级|兄弟|对口|定点|周边|附近|基层|当地|外地|其[他它]|隔壁|接收|受援|收治|后方|友邻|协作|帮扶|牵头|托管|合作)$"
)
_OF_A_KIND = {"专科", "综合", "综合性"}
_HAS_NAME = re.compile(
    r"[^省市县区州]{2}(?:口腔|眼科|耳鼻喉科?|骨科|妇产科?|儿童?|皮肤|肛肠|男科|中医|康复|肿瘤)?(?:专科|综合性?)$"
)
_OF_RANK = re.compile(rf"(?:[省市县区州]?(?:中心|人民|中医|第[{_NUMBER}](?:人民)?))医院")
_OUR_TEAM = re.compile(
    r"(?:我们?|咱们?)(?:是|所在的?|在|这[支里个])?"
    rf"(?P<team>(?:第[{_NUMBER}]{{1,3}}批(?:支?援(?:鄂|汉|湖北|武汉))?|援[鄂汉])(?:医疗|医护|护理)?(?:小?分)?队)(?![员友伍])"
)
_OF_MEDICS = re.compile(r"队员|领队|防护|医疗|医护|护士|医院|支援|援鄂|援汉|驰援")
_HELPING = re.compile(r"(?:对口)?(?:支援|驰援|援助?|赴)")
_ALIAS = re.compile(r"(?:原名|前身|曾用名|以前|曾经?|原)[是为叫]?[:\s\"“]{0,2}$")
_CHARITY = re.compile(r"(?:红十字会|协会|慈善总?会)$")
_RECEIVES = re.compile(r"[\s:]|$|(?:急需|急缺|紧缺|需要|缺|求助|物资需求|告急)")
_ORIGIN = re.compile(
    r"(?:[和、][^,。!?;、]{2,12}?)?(?:等?\d+[名位个][^,。!?;、]{0,8})?(?:组成|组建)"
)
_BEFORE_SHORT = re.compile(
    r"(?:来自|毕业于|参加过|曾在|在|到|看看|康康|帮帮|帮助|救救|关注|支援|请求|关心|声援|求助|我们|这是)(?:一下|下)?[:!,\"“]{0,2}$"
)
_AFTER_SHORT = re.compile(
    r"(?:也|都|又|还|现在|现|已经|急|真的|目前|的){0,3}(?:求[援助]|告急|急需|急缺|紧缺|缺|没有|需要|医[生护务院]"
    r"|护士|物资|防护|快没|撑不|一线|!|读[研博书]|实习|进修|规培|当过|感染|ICU|重症|急诊|[一二三四五六七八九十\d]{1,3}病区|派来|牵头)"
)
_LONGEST_KNOWN = 12  # characters of a well-known name that is no compound of others

_BEFORE_CAMPUS = re.compile(r"(?:接管|接手|进驻|入驻|支援|驰援|驻|援助)了?$")


class FacilityName(NamedTuple):
    """A facility's name at `start` to `end`."""

    start: int
    end: int


def find_names(text: str) -> list[FacilityName]:
    """Return the names of facilities in a normalised text in order, none overlapping another.

    Former names and second names in brackets and the home of a team are left out.
    """
    places = find_place_names(text)
    starts = [place.start for place in places]
    names: list[FacilityName] = []
    floor = 0
    for match in _SUFFIX.finditer(text):
        if match[0] == "队" and not _is_short_team(text, match.start(), places, starts):
            continue
        around = places[bisect(starts, match.start() - 48) : bisect(starts, match.start())]
        near = [place for place in around if place.end <= match.start()]
        start = name_start(text, match.start(), floor, near, team=match[0][-1] == "队")
        inside = [p for p in near if p.start >= start]
        start = _known_start(text, start, match.end(), floor)
        branch = _BRANCH.match(text, match.end()) if match[0][-1] == "院" else None
        known = is_known(text[start : match.end()])
        known = known or bool(branch and _OF_RANK.fullmatch(text, start, match.end()))
        if not (known or _is_name(text, start, match.start(), match[0], inside)):
            continue
        name = FacilityName(start, branch.end() if branch else match.end())
        while names and names[-1].start >= name.start:
            names.pop()
        if not (names and names[-1].end > name.start):
            names.append(name)
        if not match[0].endswith("医院"):
            floor = name.end
    taken = {at for name in names for at in range(name.start, name.end)}
    short_forms = [*_known_short(text), *(_our_team(m) for m in _OUR_TEAM.finditer(text))]
    names += [short for short in short_forms if short.start not in taken]
    taken |= {at for name in short_forms for at in range(name.start, name.end)}
    names += [short for short in _listed_short(text) if short.start not in taken]
    names += [torn for torn in _torn(text) if torn.start not in taken]
    names.sort()
    return [n for i, n in enumerate(names) if not _is_aside(text, n, names[i - 1] if i else None)]


def _known_start(text: str, start: int, end: int, floor: int) -> int:
    """Return where a well-known name begins that ends at `end`, `start` where none does.

    Inside a name only where it would else be read as one of a kind (听过中日友好医院).
    """
    last = end - 4 if _KIND.search(text[start : end - 2]) else start
    far = range(max(floor, end - _LONGEST_KNOWN), last)
    return next((at for at in far if is_known(text[at:end])), start)


def _torn(text: str) -> list[FacilityName]:
    """Return the names that open a line and are torn by a blank before their end (青禾 医院)."""
    torn = []
    for match in _TORN.finditer(text):
        joined = match[1] + match[2]
        if find_names(joined) == [(0, len(joined))]:
            torn.append(FacilityName(*match.span()))
    return torn


def _our_team(match: re.Match[str]) -> FacilityName:
    return FacilityName(*match.span("team"))


def _is_short_team(
    text: str, suffix: int, places: Sequence[PlaceName], starts: Sequence[int]
) -> bool:
    """Tell whether 队 stands right behind a province, in a text about medics (江苏队)."""
    before = places[bisect(starts, suffix) - 1] if bisect(starts, suffix) else None
    return (
        before is not None
        and before.end == suffix
        and any(region.level == 0 for region in before.regions)
        and bool(_OF_MEDICS.search(text))
    )


def _is_name(text: str, start: int, suffix: int, ending: str, places: Sequence[PlaceName]) -> bool:
    """Tell whether the words from `start` to the suffix name one facility, not a kind."""
    head = text[start:suffix]
    kind_word = _KIND.search(head)
    of_some_name = kind_word and kind_word[0] in _OF_A_KIND and _HAS_NAME.search(head)
    if kind_word and not of_some_name and not is_institute(head):
        return False
    if ending[-1] == "队" and _HELPING.match(head):
        return False
    rest = list(head)
    for place in places:
        if not place.bound:
            rest[place.start - start : place.end - start] = " " * (place.end - place.start)
    kind = "".join(rest)
    beside = len(places) > 1 and places[-2].end == places[-1].start
    if beside and is_own_name(text, places[-2].regions, places[-1]):
        return True
    own = _TYPE.sub("", kind).replace(" ", "")
    named = any(not place.bound for place in places)
    if len(own) >= 2 or (own and (named or own != kind.strip())):
        return True
    if not named:
        return bool(_LOCAL.match(head)) or (
            head[:1] in tuple("省市县区州") and ending != "医院" and ending[-1] != "队"
        )
    if ending in _WIDE:
        return bool(kind.strip(" 的市")) or _is_small(text, places[-1])
    return True


def _is_small(text: str, place: PlaceName) -> bool:
    """Tell whether a place is a county, or a part of a city under a name of its own (汉口)."""
    words = text[place.start : place.end]
    return all(r.level == 2 or short_name(r.name) not in words for r in place.regions)


def _is_aside(text: str, name: FacilityName, before: FacilityName | None) -> bool:
    """Tell whether a name is a former or second one, the home of a team."""
    if before and text[before.end : name.start] == "(":
        return True
    if _CHARITY.search(text, name.start, name.end):  # gathers for others, unless it heads a list
        heads = not text[: name.start].rpartition("\n")[2].strip(" 1234567890.、")
        return not (heads and _RECEIVES.match(text, name.end))
    return bool(
        _ALIAS.search(text, max(0, name.start - 8), name.start) or _ORIGIN.match(text, name.end)
    )


def _known_short(text: str) -> list[FacilityName]:
    """Return known short forms that stand alone, or in a context where they mean the hospital."""
    standing = dict(known_short_forms())
    names = []
    for match in _short_pattern().finditer(text):
        branch = _BRANCH.match(text, match.end())
        if branch:
            names.append(FacilityName(match.start(), branch.end()))
        elif (
            standing[match[0]] == "alone"
            or _AFTER_SHORT.match(text, match.end())
            or _BEFORE_SHORT.search(text, max(0, match.start() - 8), match.start())
        ):
            names.append(FacilityName(match.start(), match.end()))
    return names


def _listed_short(text: str) -> list[FacilityName]:
    """Return short forms that a list beside a hospital, or the words around a campus, show."""
    names = [
        FacilityName(listed.start() + item.start(), listed.start() + item.end())
        for listed in _short_list().finditer(text)
        for item in re.finditer(_short_item(), listed[0])
    ]
    return names + [
        FacilityName(*campus.span())
        for campus in _campus().finditer(text)
        if _AFTER_SHORT.match(text, campus.end())
        or _BEFORE_CAMPUS.search(text, max(0, campus.start() - 8), campus.start())
    ]


@cache
def _short_item() -> str:
    """Return a pattern's source of one short form that may stand in a list (市一)."""
    words = sorted((short for short, _ in known_short_forms()), key=len, reverse=True)
    return rf"(?:{'|'.join(map(re.escape, words))}|市[{_NUMBER}](?![{_NUMBER}]))"


@cache
def _short_list() -> re.Pattern[str]:
    """Return a pattern of short forms in a row whose end, or what follows, shows hospitals."""
    item = _short_item()
    hospital = r"[、和与][\u4e00-\u9fff]{1,8}医?院"
    staff = r"的?(?:姐妹|同事|同仁|同行|医[生护]|护士|大夫)"
    return re.compile(
        rf"(?<![\u4e00-\u9fff]){item}(?:[、和与]{item}){{0,9}}(?={hospital})|{item}(?:[、和与]{item}){{1,9}}(?={staff})"
    )


@cache
def _campus() -> re.Pattern[str]:
    """Return a pattern of short forms with a campus behind them (同济中法)."""
    names = (row[0].removesuffix("医院") for row in read_table("lexicons/facilities.tsv"))
    words = {name for name in names if len(name) == 2}
    return re.compile(
        rf"(?:{'|'.join(sorted(words))})(?:中法|光谷|华[中东南北西]|[东西][南北])(?!医|院|路|街|地区)"
    )


@cache
def _short_pattern() -> re.Pattern[str]:
    """Return a pattern of the known short forms, none as the beginning of a longer name."""
    words = sorted((short for short, _ in known_short_forms()), key=len, reverse=True)
    ends = r"(?!医学院?|大学|附属|路|街|镇|村|院(?!区)|疫|证|[\u4e00-\u9fff]{0,3}(?:医院|镇|路))"
    return re.compile("(?:" + "|".join(map(re.escape, words)) + ")" + ends)
