"""Find those who give that are no hospitals: a normalised text goes in, places of names come out.

Never reads a name that nothing says gave, sends or offers goods.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from classifiers.facilities.bounds import name_start
from classifiers.facilities.names import FacilityName
from classifiers.facilities.societies import BODY, SOCIETY
from classifiers.places.gazetteer import PlaceName, find_place_names

_GIVING = re.compile(
    r"[捐赠送寄筹匀运赞供调拨谢买]|认领|出[钱资]|给过|采购|支援|援助|支持|提供|配了|做了|伸出|的[货车]|有货|手里有|给了|发[往给出来]|带|[给借]的"
)
_GOES_ON = re.compile(
    r"(?:附属|大学|医院|第[一二三四五六七八九十\d]+(?:附属)?医|附[一二三\d]|医学院|教育(?:发展)?基金|医疗队|医护|校友|总?会|基金|集团|公司|股份|有限|厂|协会|联合会)"
)
_WHEN = (
    r"(?:也|在|都|还|又|刚刚?|才|已经?|正|正在|将|会|可以?|愿意?|能|想|打算|准备|计划|今天|今早|昨天|昨晚|昨日|前天|明天|明早|上周|本周|上午|下午"
    r"|连夜|紧急|火速|主动|马上|再次|一次性|无偿|免费|第一时间|先后|此前|统一|每[天日晚]|天天|长期|一直|答应(?:先)?|承诺|好心|[为给]我们|去年|通过[^,。;]{2,8})*"
)
_GIVES = re.compile(
    rf"(?:的?(?:[\u4e00-\u9fff]{{0,4}}(?:总|董事长|经理|老师|同学|学生|孩子们?|家长|师傅|伙计|店员|师生|校友|员工|队员|会长|老板)|全体[^,。;]{{2,4}}))?{_WHEN}"
    r"(?:(?:赶制|赶做|生产|制作|采购|购买|凑|筹|拿出)[^,。;!?\n]{1,14}?)?(?:(?:把|将|拿出?|用)[^,。;!?\n]{1,16}?)?(?:(?:向|给|为|对|往|从)[^,。;!?\n]{2,24}?)?"
    r"(?:刚刚?|已经?|全部|都|直接)*(?:筹(?!建|备)|募集[了到的]|募得|捐|赠|送|寄|匀|运|发(?=[往给出来了到])|提供|资助|赞助|支援|援助|支持|采购了|购买了|调来|调拨|拨(?=[给来了付])|认捐|承担|供应|生产了|有\d|备了|给了(?!我?一?个)|带来|买[了到\d]|已?买\d|认领|出[钱资](?!人)|给过|伸出援手|做了|赶制|配了|配备了)"
)
_LISTED = re.compile(r"(?:[、和与及][^,。;!?\n]{2,40})?(?:[!。~,]|$)")
_ONE_OF_A_KIND = re.compile(r"(?:红十字会|慈善总会)$")  # a town has one, so it needs no name
_ANY = re.compile(r"[哪谁某各]")
_OF_GIFT = re.compile(
    r"的(?:第[一二三四五\d][车批]|物资|车队?|货|包裹|这[批车]|[\u4e00-\u9fff]{2,4}(?=(?:今|昨|前|刚|已|上午|下午)?[天晚刚经]?到了))[^,。;!?\n]{0,6}?(?:已|到|送|进|发车|出发)|(?:转来|转赠|转交|借|给|匀|寄|送|捐|赠|调|运)(?:来|过来|给(?:我们?|咱们?|院里))?的(?=[,。;!?\s]|$)|的(?:[^,。;!?\n]{0,10}?)(?:捐|赠|送|寄|支援|援助|爱心)|(?:已经?|刚刚?|新|先)?(?:捐|赠|拨|送|寄|调)(?:来|给[我本][们院])?的"
)
_OFFERS = re.compile(
    r"的?[^。;!?\n]{0,8}?[,\s:](?:我们?|公司|厂里|店里|家里|单位|手里|手上|手头|现|目前|仓库)*(?:里|上)?有[^。;!?\n]{2,24}?(?:捐|赠|送|提供|寄)"
)
_CARRIES = re.compile(r"[^。;!?\n]{0,40}?(?:能|可以?|愿意?)(?:免费|帮忙|顺路)*(?:带|捎|运|拉|送)")
_CARRIER = re.compile(r"队$|物流$|快递$")
_ANNOUNCED = re.compile(
    r"(?:捐赠|捐助|赠送|供货|供应|提供|爱心|赞助|捐方)(?:方|人|者|单位|企业|机构|来源|团体)[是为:\s]{1,2}$|(?:感谢|谢谢|鸣谢)[^,。;!?\n]{2,16}[和、与及]$|(?:来自|感谢|谢谢|多谢|鸣谢|致谢|感恩|收到了?|多亏|幸亏|得到|接到|接收了?|由)(?:了|热心的?|爱心企业|好心的?)?$"
)
_GIFT = re.compile(
    r"[^,。;!?\n]{0,16}?(?:捐|赠|送|寄|支援|援助|支持|提供|帮助|匀|运来|爱心|物资|的[\u4e00-\u9fff]{2,6})"
)
_THANKED = re.compile(r"(?:感谢|谢谢|多谢|鸣谢|致谢)[^,。;!?\n]{0,36}$")
_ADDRESSED = re.compile(
    r"(?:您好|你好|您们好|你们好)[!,。\s][^\n]{0,36}?(?:您们?|你们|贵[会司])(?:[^,。;!?\n求请]{0,6})(?:捐|赠|寄|送|援助)(?!吗)"
)
_ME = re.compile(r"(?:我们?|这里|咱们?|本人)(?:是|来自|代表)(?:来自)?$")
_ASKED = re.compile(r"求[捐助援]?|请|希望|呼吁|接受|征集|号召|募捐|缺")
_OF_LEVEL = re.compile(r"[^省市县区州]?[省市县区州]\Z")
_NO_BODY = re.compile(r"[哪谁某各全的在]|国家|医院")
_LED_IN = re.compile(r"[受听由按据经向从对被请找问把](?=[\u4e00-\u9fff]{2})")
_NO_NAME = re.compile(r"[^一-鿿]|[的在我你他了是给有从到把和与及]|爱心|热心|[一二三四几]家|某")
_LONGEST_BRACKET = 8
_AND = re.compile(r"[、和与及]")
_CLAUSE = re.compile(r"[,。;!?\n]")
_BEFORE = 44
_BEHIND = 48
_MOST = 40


def find_givers(text: str) -> list[FacilityName]:
    """Return the names of companies, schools, societies and the like that give, in order."""
    if not _GIVING.search(text):
        return []
    places = find_place_names(text)
    givers: list[FacilityName] = []
    listed: list[FacilityName] = []  # names in a row of which none is said to give yet
    floor = 0
    for match in [*SOCIETY.finditer(text)][:_MOST]:
        if _GOES_ON.match(text, match.end()):
            continue
        near = [p for p in places if p.end <= match.start()]
        start = name_start(text, match.start(), floor, near, team=False)
        start = _behind_place(text, start, match.start(), near, floor)
        name = FacilityName(start, match.end())
        alone = match.start() == start and not _ONE_OF_A_KIND.match(match[0])
        if match.end() - start < 4 or alone or _ANY.match(text, start):
            continue
        listed = [*listed, name] if listed and listed[-1].end + 1 == start else [name]
        if _gives(text, name):
            givers += listed
            floor = name.end
            listed = []
        elif _AND.match(text, name.end):
            floor = name.end + 1
    return givers


def _behind_place(
    text: str, start: int, suffix: int, places: Sequence[PlaceName], floor: int
) -> int:
    """Return where the place begins that a name of its own stands right behind (山东如意集团)."""
    if text[suffix - 1] == ")":  # 白鹭器械(苏州)有限公司
        opened = text.rfind("(", floor, suffix)
        if opened >= 0 and suffix - opened <= _LONGEST_BRACKET:
            return name_start(text, opened, floor, [], team=False)
    last = places[-1] if places else None
    if last is None or last.start < floor or last.start > start:
        return start
    own = text[last.end : suffix]
    return last.start if 2 <= len(own) <= 4 and not _NO_NAME.search(own) else start


def find_bodies(text: str) -> list[FacilityName]:
    """Return the names of offices, societies and schools, whatever is said of them, in order."""
    places: Sequence[PlaceName] | None = None
    bodies: list[FacilityName] = []
    for match in [*BODY.finditer(text)][:_MOST]:
        places = find_place_names(text) if places is None else places
        near = [p for p in places if p.end <= match.start()]
        floor = bodies[-1].end if bodies else 0
        start = name_start(text, match.start(), floor, near, team=False)
        start += bool(_LED_IN.match(text, start, match.start()))
        if level := _OF_LEVEL.match(text, start, match.start()):  # 打通市红会
            start = level.end() - 1
        short = match[0].endswith("大")
        if short or (start < match.start() and not _NO_BODY.search(text, start, match.start())):
            bodies.append(FacilityName(match.start() if short else start, match.end()))
    return bodies


def _gives(text: str, name: FacilityName) -> bool:
    """Tell whether the words around a name say that it gave, sends or offers goods."""
    before = _CLAUSE.split(text[max(0, name.start - _BEFORE) : name.start])[-1]
    after = text[name.end : name.end + _BEHIND].removeprefix(")")
    behind = re.split(r"[。;!?\n]", after, maxsplit=1)[0]
    if _ADDRESSED.match(after):
        return True
    if re.search(r"(?:捐赠|供货|爱心)(?:方|单位|企业|机构)[是为:\s]{1,2}$", before):
        return True
    gives = _GIVES.match(behind) or _OF_GIFT.match(behind)
    if gives and not _ASKED.search(gives[0]):
        return True
    if _CARRIER.search(text, name.start, name.end) and _CARRIES.match(behind):
        return True
    if _ME.search(before) and (
        _OFFERS.match(behind) or re.search(r"[想可愿能]捐|捐[给出]|赠送|免费", behind)
    ):
        return True
    if _THANKED.search(before) and _LISTED.match(text[name.end : name.end + _BEHIND]):
        return True
    return bool(_ANNOUNCED.search(before) and _GIFT.match(behind))
