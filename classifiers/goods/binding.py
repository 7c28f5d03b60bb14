"""Bind amounts to goods by the structure of a line: goods and amounts go in, pairs come out.

A line holds cells (between tabs, bars, slashes, commas), cells hold goods, amounts and words
between them. An amount belongs to the one good that its place in the cell or row points at;
nothing crosses a line's end.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

import data
from classifiers.goods import stock
from classifiers.goods.amounts import MEASURES, ONE_SIZE, SIZES, Amount
from classifiers.goods.cues import find_cues
from classifiers.goods.names import Mention

BRACKET = re.compile(r"\([^()\n]{0,40}\)")

_HARD = re.compile(r"[,;。!?、|\t/…【】]")
_ALONE = re.compile(
    r"\s?(?:左右|以上|以内|上下|打底|起步?|为宜|即可|[就也]?[行好够]|[计算给备])?"
    r"\s*(?:[,;。!?、|\t/()\n…]|$|\s)"
)
_CELL_MARKS = re.compile(r"\s*[,、/|\t:]\s*")
_CELLS = re.compile(r"[,/|\t]|(?<=\s)\s+|(?<=\S)\s(?=\S)")
_SPECIFIC = re.compile(
    r"(?:[A-Za-z0-9.+\-]{1,12}|无菌|灭菌|独立包装|一次性|外科|连体|分体|连帽|带帽|防雾|加厚|长筒|短筒|医用|民用|国标|欧标"
    r"|美标|成人|儿童|普通|透明|白色|蓝色|无粉|有粉|[无带]?(?:呼吸)?阀|大号|中号|小号|均码|各型号|型号不限|不限"
    r"|等级|级别|二级|三级|[\u4e00-\u9fff]{2,6}牌)+"
)
_FILLER = (
    r"[ \t:xX×*=~≥>(（\-—约各均需要求缺差为是共近至还再也有来数号个型欠仍尚现计"
    r"\[【{另请想先都仅只到剩存得整]"
    r"|[已的达少■…·】\]]|(?<=[缺需求要])!{1,3}|不够用?"
    r"|缺口|(?:请?求|申请|请|恳请)?(?:支援|援助|捐[助赠]?|购)|(?:[两二三四五六七八九十几\d]{1,2}|[每这])[样种类款项]|[按给备报配补嘛呢]|申[请领]|先要|想要|大约|大概|共计|总共|合计|总计|最[少低高好]|急|数量|每[天日晚夜周月人位名]|日[均耗需]|消耗|一[天周]"
    r"|用掉|不少于|不低于|最?好?能有|[“”\"‘’「」]|[我他她]们|我[院科]|哪怕|之类|预计|物资|等|就|希望|全部|量|目前|库存|收|在途|左右|大致|越快越好|应?符合|日?月?用量"
)
_TO_AMOUNT = re.compile(rf"(?:{_FILLER})*")
_FROM_AMOUNT = re.compile(
    r"[\s的]?|[ \t]?(?=\S{0,8}\d)[A-Za-z][A-Za-z0-9\-]{1,8}[ \t型]?"
    r"|左右的?|以上的?|上下的?|(?:医用|新|闲置|合格|全新)?的"
)
_SIZE_ROW = re.compile(rf"\s*(?:{ONE_SIZE}|1[4-9]\d|2[0-4]\d|3[4-9]|4[0-8])\s?[:\s]\s?")
_KIND_OF_IT = re.compile(
    r"[ (]?(?:(?<= ):)?(?:[\u4e00-\u9fff]|[A-Za-z0-9]{1,5}(?=[\u4e00-\u9fff])){1,8}"
    r"(?:的|[型号款色式装版码摇腔层]|通道|导联)[ )]?"
)
_OPENS_ROW = re.compile(r"[ \t.、·\-()\d]{0,8}")
_MAKE = re.compile(r"[ \t]+[\u4e00-\u9fffA-Za-z0-9\-]{2,12}[ \t]*")
# behind a pause only words of wish tell how much (排插,多少都行), not 大量 or 一些
_PAUSES = frozenset({",", "——", "—", "…", "……", "~"})
_IN_LIST = frozenset("、/和及与)")
_WISHES = re.compile(r"就|都|[越愈]|不限|多少|无上限")
_YEAR = re.compile(r"(?:19|20)(?!00)\d\d")
_GOES_ALONG = re.compile(
    r"\s?(?:左右|多)?[()]?\s?(?:(?:已经?|都|均|全部?|目前|还|仍|尚|正|只){1,3}(?:在?(?:路上|运输?途中|运输)|在途|[募筹配补][足齐满]|装车|发车|上路|[启起发]运|出库|签收|入库|揽收|到位?了?|收到|到货|发出?|寄出?|订购?|采购|落实|购|捐)"
    r"|[还仍正都]{0,2}(?:堵|卡|压|停|滞留|耽搁)在[^,。;\n□]{1,8}|(?:物流|快递|单号)显示|在[^,。;\n□]{0,4}(?:高速|货车|路)上|(?:[明后今][天日晚]|[下这]?周[一二三四五六日末]|即将|马上|预计)[^,。;\n□]{0,6}(?:到|送达)|在路上|在途|正在(?:运|路)|到货了?|(?:质量|均|都|全部?|因|经查)*(?:不达标|不合[格规]|过期|报废|[不没]能用|用不[了上]|不符合?标准)|(?:已|被|全)*退[回货了]?|(?:已经?)?(?:由|被)[^,。;\n]{1,12}(?:捐|提供|解决|承担|落实|认领|包[了下]|送|保障|负责|调拨)|[,\s]?(?:目前|暂时?|现在?|还|也|倒是?|尚|已经?){0,3}(?:够用?了?(?=[,。;!)\s]|$)|不缺|充足|充裕|富余))"
)
_USED_UP = re.compile(r"[^,。;!?、\n□\d需缺求]{0,6}(?:用|发|耗|领|换)[完光尽掉没]")
_HELD_HEAD = re.compile(
    r"(?:库存|存货|盘库|盘点|清点|家底|账面|储备(?=\s?:)|(?:采购|招标)内容(?=\s?:)|(?:现货)?报价单?(?=\s?:)|(?:准备|打算|计划|愿意?|想|可以?)(?:无偿|免费|全部|都)?捐[赠出献]?(?=\s?:)|[这此本]次(?:[送捐寄带][来去达到]?的?)?[是有](?=\s?:)|尚存|在库|现有|已有|现存|剩余|结余|在途|在?路上|已到货?|已收到?|已接收|已订购?|已落实|拒收|婉拒|谢绝|不收|不接[收受]|(?<![\u4e00-\u9fff])[有存余](?=\s?:)|结存|(?<![谁位家])手[上头里]有|[不无]缺(?=\s?:))"
    r"(?:的|了|物资|数量|情况|货){0,3}(?:\([^()\n]{0,20}\))?\s?(?P<colon>[:有为])?\s*"
    r"(?=□|\n|[\d一二两三四五六七八九十百千万]{1,8}[\u4e00-\u9fff]?□)"
)
_SPEC = re.compile(
    r"(?:每.)?(?<![\d.])(?!\d{1,4}[多余]?\s?[个名位]?人)\d{1,4}(?:\.\d+)?\s?(?:[A-Za-z%]{1,3}|[\u4e00-\u9fff]{1,2})?"
    r"(?:\s?[*×xX/每]\s?(?:\d{1,5}(?:\.\d+)?)?(?:[A-Za-z]{1,3}|[\u4e00-\u9fff]))*装?"
)
_NEED_CLAUSE = re.compile(
    rf"(?:[^□,;。!?\n\d]|\d{{1,3}}(?=个?人|天|小时)){{0,10}}(?:[,;!?—]{{1,4}}|\s{{2,3}})\s?(?:[我她他]?[姐妈哥弟妹同事家]{{0,2}}[她他]们(?:医院|科室?|单位)|我[院科们]|目前|现在?|每?日|月|大概|约|共|还|尚|仍|就|最[少低好]|至少|也){{0,3}}(?:需求?量?|需要|缺口?|差|急需|数量|[想还先]?要|求|盼|能[捐送]|按每?|每人|请?支援|恳?请|[就先再]?来|给|补充?|申[请领]|拜托)(?:{_FILLER})*"
)
_HAS_CLAUSE = re.compile(
    r",\s?(?:医院|我们|科里|我[院科]|现在?|目前|已经?|还|只|仅){0,3}(?:有|剩|借了|领了)"
)
_IN_ONE_RUN = re.compile(r"\s?[/、,|]\s?")
_RUN_OPENS = re.compile(r"\s?[:(]\s?")
_WITH = re.compile(r"\s?(?:[和与及跟]|以及)\s?")
_BESIDE_EACH = re.compile(r"\s?[、和及与/]\s?")
_A_SIZE = r"(?:\d{1,3}(?:\.5)?|[xX]{0,5}[SMLsml])[码号型]?"
_SIZES_OF_ONE = re.compile(rf"\((?:{_A_SIZE}[、,/])+{_A_SIZE}\)")
_OPEN_SIZES = re.compile(rf"\((?:{_A_SIZE}[、,/和])+{_A_SIZE}(?=\s?(?:各|每)|$)")
_MODEL_CLOSES = re.compile(r"(?:[型号款米寸□]|[A-Za-z]{1,2})?\)\s?[(\[【]?")
_TOGETHER = re.compile(r"(?:合计|总计|共计|总共|一共|共|加起来|总数)")
_LISTED_BEFORE = re.compile(r"□[、和及与/]$")
_GLUED_NAME = re.compile(
    r"(?<![\u4e00-\u9fff□])[\u4e00-\u9fff]{1,8}"
    r"(?<![需缺求要各共约再来给还有差的少为是补计供领发备到配])$"
)
_CELL_OPENS = re.compile(r"(?:[、,;:]|[需缺求要]|支援)\s?$")
_OF_KIND = re.compile(r"[\u4e00-\u9fff]{1,8}")
_ORDERED = re.compile(r"已经?[^,。;□\d]{0,8}(?:订购|采购|下单|预订|购买|购置)了?$")
_PRICE = re.compile(
    r"\s?(?:成交价|单价|售价|报价|中标价)?\s?\d{1,9}(?:\.\d{1,4})?万?[元块]\s?(?:/|每|$)|\s?(?:成交|中标)价"
)
_PER_OTHER = re.compile(
    r"每一?[个张间台辆组班床科层车户家]?[\u4e00-\u9fff]{0,6}?(?:单元|科室|病区|病房|[床科层车户班组家院点站台村])[^,。;!?\n\d]{0,8}$"
)
_THANKS = re.compile(r"(?:感谢|谢谢|多谢|鸣谢|感恩)[^,。!?;\n]{0,14}$")
_SAYS_NEED = re.compile(r"[需缺差]|申[请领]|(?<!请)求")
_EACH_SIZE = re.compile(r"(?:尺[码寸]|码数?|号码|型号)[^\n。;]{0,4}$")
_ALREADY_TOLD = re.compile(
    r"[,;。\s]\s?(?:所以|因此)?(?:这|以上|前面|上述|上面)[一两二三四五几些批]{0,2}[样种项类批件个者]?"
    r"(?:东西|物资)?[^,。;\n□]{0,4}(?:别|勿|不[要用必缺需收]|停|够|到了|先不|有了|齐了)"
)
_SETTLED = re.compile(
    r"[,\s:](?:物资|东西|以上)?(?:目前|现在?|均|都|全部?){0,2}已经?(?:于[^,。;\n]{2,8})?(?:全部)?"
    r"(?:落实|到位|解决|收到|送达|到货|满足|采购|对接|购买|交接|签收)"
)
_CLOSED = re.compile(r"[;。!\n]")
_NEED_WORD = re.compile(
    r"[需缺求募征]|能不能|[能可]否|想要|(?<!外)借(?![来到给])"
    r"|[还尚]差|请|没有|(?<![\u4e00-\u9fff])[无要]\s?:"
)
_SECTION_END = re.compile(r"[。!]|\n\s*\n")
_UNIT_TOLD = (
    r"(?:单位\s?[:为]?\s?\(?|\((?:单位[:为]?)?(?!L\)))"
    r"\s?(?P<power>[十百千万]?)(?P<unit>UNIT|(?<=[(:为][千万]))"
    r"(?P<others>(?:[/、](?P=power)(?:UNIT)){0,5})\)?(?=[\s,;)|]|$)"
)
# (口罩:万只;防护服:百套) tells the unit of each good for the numbers below
_OWN_UNIT = r"\s?[:为按以]?\s?\(?(?P<power>[十百千万])(?P<unit>UNIT)\)?(?=[;,、)\n]|$)"
_POWER_TOLD = re.compile(r"[百千万kKwW]")
_POWERS = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10_000}
_NEED_COLUMN = re.compile(
    r"需求(?!方|单位|人|医院|者)|^量$|缺口|[还尚仍]缺|需要|所需|申请|急需|数量|差额|缺额|需补|应补|拟[补购申]|(?:^|[还想求请])要(?:的|数|多少)?$|^[还再需请想]?[补求领差](?:[充领]|多少)?$|[缺需]$"
)
_LEAST_COLUMN = re.compile(r"^(?:最[少低]|至少|下限|保底|起码)")
_MOST_COLUMN = re.compile(r"^(?:最[多高]|至多|上限|封顶)")
_A_DAY = re.compile(r"\(?(?:每|/|一)[天日]\)?")
_HELD_COLUMN = re.compile(
    r"现有|库存|已有|已落实|已到|存量|剩余|在途|已收|结余|储备|现存"
    r"|^[已现尚还]?有$|^[仅还]?[剩存余][下有]?$|手[上头]"
)
_UNIT_COLUMN = re.compile(r"^单位$")
_NAME_COLUMN = re.compile(
    r"^□+$|名称|品名|物资|物品|品种|耗材|产品|规格|包装|型号|种类|科目|项目|药品|货品|东西"
)
_A_NAME = re.compile(r"[A-Za-z0-9\-]{0,8}[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z0-9\-]{1,11}")
_HEADING_IN_BRACKETS = re.compile(r"\(([^()\n]{5,60})\)\s?:?\s?$")
_DIVIDERS = ("\t", "|", "-", ",", "/", " ")
_LONGEST_SECTION = 600
_LONGEST_SETTLED = 120
_LONGEST_RUN = 40  # goods and amounts of a run that are looked at, each way
_MOST_COLUMNS = 12
_A_RUN = 2
_MOST_BEHIND = 4  # amounts behind one good that are looked at
_PAST_THE_END = 9
_NEAR = 4
_NEAR_GOOD = 18
_CLAUSE_BEFORE = 20
_FAR_FROM_GOOD = 30
_LEAST_BARE = 10  # a bare number right before goods: 7000隔离衣, but not 3口罩


@dataclass(slots=True)
class Bound:
    """What a list says of one good.

    need: the amount asked for, None where none is. asked: a word or a column says that it is.
    held: all that is told of it is there, on the way or refused. doubtful: the unit of the
    amount does not fit the good.
    """

    need: Amount | None = None
    asked: bool = False
    held: bool = False
    doubtful: bool = False


@dataclass(slots=True)
class _Line:
    """The goods and amounts of one line of the text, from `start` to `end`."""

    text: str
    start: int
    end: int
    goods: list[Mention] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _SharedUnit:
    """A unit that a heading tells for the numbers below it; others: told beside it (套/只/台)."""

    unit: str
    start: int
    power: int
    others: tuple[_SharedUnit, ...] = ()


@dataclass(frozen=True, slots=True)
class _Table:
    """What the columns of a table hold: "need", "most", "held", "unit", "name"."""

    divider: str
    roles: tuple[str, ...]


def bind(text: str, mentions: Sequence[Mention], amounts: Sequence[Amount]) -> dict[Mention, Bound]:
    """Return what each good of a text is bound to; goods that no amount points at are left out.

    text: normalised, the goods blotted out. Both sequences are in order.
    """
    bound: dict[Mention, Bound] = {}
    table: _Table | None = None
    shared: _SharedUnit | None = None
    lines = list(_lines(text, mentions, amounts))
    for line in lines:
        if not text[line.start : line.end].strip():
            shared = None
        heading = line.end if not line.amounts or not line.goods else line.goods[0].start
        told = _unit_pattern().search(text, line.start, heading)
        shared = _shared(told) if told else shared
        if not line.amounts:
            table = _table(line) or table
        elif line.goods:
            bound.update(_of_line(line, table, [shared] if shared else []))
    bound |= _down_the_lines(lines, bound)
    _count_own_units(text, mentions, bound)
    _hold_sections(text, mentions, bound)
    _hold_settled(text, mentions, bound)
    _hold_taken_back(text, mentions, bound)
    for mention, its in bound.items():
        if its.need and its.need.per == "each":
            its.need = _of_all_sizes(text, mention, its.need)
        if its.need and not its.need.unit and (its.need.quantity or 0) % 1:
            its.need = None  # 2.5 of things nobody counts in halves lacks its 万
        its.doubtful = its.need is not None and not fits(its.need.unit, mention)
    return bound


def _count_own_units(
    text: str, mentions: Sequence[Mention], bound: Mapping[Mention, Bound]
) -> None:
    """Give bare numbers the unit that stands at the same good elsewhere (口罩:万只)."""
    pattern = re.compile(_OWN_UNIT.replace("UNIT", _units()))
    told = {m.name: _shared(unit) for m in mentions if (unit := pattern.match(text, m.end))}
    for mention, its in bound.items() if told else ():
        if mention.name in told and its.need and not its.need.unit:
            its.need = _with_unit(its.need, told[mention.name])


def _of_all_sizes(text: str, mention: Mention, amount: Amount) -> Amount:
    """Return the total of what is told for each size of a good (手套(7号、8号)各50副)."""
    sizes = _SIZES_OF_ONE.match(text, mention.end) or _OPEN_SIZES.match(text, mention.end)
    before = text[max(0, amount.start - 12) : amount.start]
    alone = text[mention.start - 1 : mention.start] not in _IN_LIST
    beside = sizes is not None and 0 <= amount.start - sizes.end() <= _NEAR and alone
    if not sizes or not amount.quantity or amount.quantity_max:
        return amount
    if not beside and not _EACH_SIZE.search(before):
        return amount
    count = len(re.findall(_A_SIZE, sizes[0]))
    return replace(amount, quantity=amount.quantity * count, per=None)


def _of_line(line: _Line, table: _Table | None, shared: list[_SharedUnit]) -> dict[Mention, Bound]:
    """Return what one line binds, as a row of the table or by its own structure.

    shared: the unit that a heading tells; another may be told before each of its goods.
    """
    row = _row(line, table) if table else None
    bound = _pairs(line) if row is None else row
    bare = [(m, its) for m, its in bound.items() if its.need and not its.need.unit]
    if bare:
        told = _unit_pattern().finditer(line.text, line.start, line.end)
        shared = [*shared, *map(_shared, told)]
    for mention, its in bare:
        before = [u for u in shared if its.need and u.start < its.need.start]
        if its.need and before:
            its.need = _with_unit(its.need, _of_kind(before[-1], mention))
    _share_out(line, bound)
    return bound


def _lines(text: str, mentions: Sequence[Mention], amounts: Sequence[Amount]) -> Iterator[_Line]:
    """Yield the lines of a text with the goods and amounts that stand in each."""
    start = m = a = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = _Line(text, start, end)
        while m < len(mentions) and mentions[m].start < end:
            line.goods.append(mentions[m])
            m += 1
        while a < len(amounts) and amounts[a].start < end:
            line.amounts.append(amounts[a])
            a += 1
        yield line
        start = end + 1


@cache
def _unit_pattern() -> re.Pattern[str]:
    """Compile the pattern of a unit told in a heading."""
    return re.compile(_UNIT_TOLD.replace("UNIT", _units()))


@cache
def _unit_cell() -> re.Pattern[str]:
    """Compile the pattern of a unit that stands alone in its cell."""
    return re.compile(
        rf"\s*[,|\t/ ]\s*(?:单位\s?[:为]?\s?)?(?P<unit>{_units()})\s*(?=[,;|\t/。 \n]|$)"
    )


@cache
def _unit_in_brackets() -> re.Pattern[str]:
    """Compile the pattern of a unit in brackets behind the number (防护服200(套))."""
    return re.compile(rf"\s?\((?:单位\s?[:为]?\s?)?(?P<unit>{_units()})\)")


@cache
def _unit_cell_before() -> re.Pattern[str]:
    """Compile the pattern of a unit that stands alone in the cell before the number."""
    return re.compile(rf"[,|\t ]\s?(?P<unit>{_units()})\s?[,|\t ]\s?$")


@cache
def _units() -> str:
    words = sorted(data.read_words("lexicons/units.txt"), key=len, reverse=True)
    return "|".join(map(re.escape, words))


def _shared(told: re.Match[str]) -> _SharedUnit:
    power = _POWERS[told["power"]]
    others: list[_SharedUnit] = []
    at = told.start("others") if told.groupdict().get("others") else told.end()
    for word in told.groupdict().get("others", "").replace("、", "/").split("/")[1:]:
        at = told.string.index(word, at)
        unit = word.removeprefix(told["power"])
        others.append(_SharedUnit(unit, at + len(word) - len(unit), power))
        at += len(word)
    return _SharedUnit(told["unit"], told.start("unit"), power, tuple(others))


def _of_kind(shared: _SharedUnit, mention: Mention) -> _SharedUnit:
    """Return the unit that counts such goods, of those told together (套/只/台)."""
    ways = (shared, *shared.others)
    of_few = [way for way in ways if way.unit in _endings() and fits(way.unit, mention)]
    of_few.sort(key=lambda way: len(_endings()[way.unit]))
    return next(iter([*of_few, *(way for way in ways if fits(way.unit, mention))]), shared)


def _with_unit(amount: Amount, shared: _SharedUnit) -> Amount:
    """Return a bare amount with the unit that stands elsewhere."""
    quantity, top = amount.quantity, amount.quantity_max
    power = 1 if _POWER_TOLD.search(amount.quantity_text) else shared.power
    return replace(
        amount,
        quantity=quantity and quantity * power,
        quantity_max=top and top * power,
        unit=shared.unit or amount.unit,
        unit_start=shared.start if shared.unit else amount.unit_start,
    )


@cache
def _endings() -> Mapping[str, tuple[str, ...]]:
    """Return the endings of goods that a unit counts, of the units that count but few kinds."""
    rows = data.read_table("lexicons/units_fit.tsv")
    return {unit: tuple(ends.split("|")) for units, ends in rows for unit in units.split("|")}


def fits(unit: str | None, mention: Mention) -> bool:
    """Tell whether a unit counts such goods; one that counts many kinds fits all."""
    endings = _endings().get(unit or "")
    return endings is None or mention.group == "unknown" or mention.name.endswith(endings)


# Tables


def _table(line: _Line) -> _Table | None:
    """Return the columns that a heading names, None where the line is no heading of a table."""
    if line.start == line.end:  # what is no part of the words is made of them
        return None
    words = line.text[line.start : line.end]
    inner = _HEADING_IN_BRACKETS.search(words)
    words = inner[1] if inner else words.rstrip(" :")
    for divider in _DIVIDERS:
        cells = words.split(divider) if divider != " " else words.split()
        if not 2 <= len(cells) <= _MOST_COLUMNS or max(map(len, cells)) > 16:
            continue
        roles = tuple(map(_column, cells))
        if "need" in roles and len(roles) - roles.count("") >= 2:
            return _Table(divider, roles)
    return None


def _column(cell: str) -> str:
    """Return what a column holds by its heading."""
    for role, pattern in (
        ("unit", _UNIT_COLUMN),
        ("held", _HELD_COLUMN),
        ("need", _LEAST_COLUMN),
        ("most", _MOST_COLUMN),
        ("need", _NEED_COLUMN),
        ("name", _NAME_COLUMN),
    ):
        if pattern.search(cell.rpartition(":")[2].strip()):
            return role
    return ""


def _row(line: _Line, table: _Table) -> dict[Mention, Bound] | None:
    """Return what a row of the table says, None where the line has not as many cells."""
    cells = _cells(line, table.divider)
    if len(cells) != len(table.roles):
        return None
    at = table.roles.index("name") if "name" in table.roles else 0
    there = [m for m in line.goods if cells[at][0] <= m.start < cells[at][1]]
    good = there[0] if there else line.goods[0]  # one of another cell may be a part of a name
    name_at, *_ = [i for i, (a, b) in enumerate(cells) if a <= good.start < b] or [0]
    told = [
        (role, cell)
        for i, (cell, role) in enumerate(zip(cells, table.roles, strict=True))
        if i != name_at
    ]
    need = _last_amount(line, told, "need")
    if need is None or need.quantity == 0:
        return {mention: Bound(held=True) for mention in line.goods}
    most = _last_amount(line, told, "most")
    if most and most.quantity and need.quantity and most.quantity > need.quantity:
        need = replace(need, quantity_max=most.quantity)
    if need.per is None and _A_DAY.match(line.text, good.end):
        need = replace(need, per="day")
    unit = _unit_of_row(line, told)
    if unit and not need.unit:
        need = _with_unit(need, unit)
    its = Bound(need=need, asked=True)
    return {m: its if m is good else Bound(held=True) for m in line.goods}


def _last_amount(
    line: _Line, told: Sequence[tuple[str, tuple[int, int]]], wanted_role: str
) -> Amount | None:
    """Return the first amount of the last cell of a role that holds one."""
    last = None
    for role, (start, end) in told:
        if role == wanted_role:
            last = next((a for a in line.amounts if start <= a.start < end), last)
    return last


def _unit_of_row(line: _Line, told: Sequence[tuple[str, tuple[int, int]]]) -> _SharedUnit | None:
    """Return the unit that stands in a cell of its own."""
    for role, (start, end) in told:
        word = line.text[start:end].strip()
        if role == "unit" and re.fullmatch(_units(), word):
            return _SharedUnit(word, line.text.index(word, start), 1)
    return None


def _cells(line: _Line, divider: str) -> list[tuple[int, int]]:
    """Return where the cells of a line stand."""
    pattern = r"[^ ]+" if divider == " " else rf"[^{re.escape(divider)}]*"
    spans = [m.span() for m in re.compile(pattern).finditer(line.text, line.start, line.end)]
    if divider == " ":
        return spans
    marks = r"[/|]" if divider == "/" else re.escape(divider)  # numbers are parted by bars
    ends = [mark.start() for mark in re.compile(marks).finditer(line.text, line.start, line.end)]
    return list(_stretches(line.start, [*ends, line.end]))


def _stretches(start: int, ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the stretches that end at `ends`, one sign apart."""
    for end in ends:
        yield start, end
        start = end + 1


def find_in_rows(
    text: str, mentions: Sequence[Mention], amounts: Sequence[Amount]
) -> list[Mention]:
    """Return goods no lexicon knows that stand in the column of names of a table.

    text: normalised, known goods blotted out.
    """
    table: _Table | None = None
    unlisted = []
    for line in _lines(text, mentions, amounts):
        if not line.amounts:
            table = _table(line) or table
            continue
        cells = _cells(line, table.divider) if table and not line.goods else []
        if not table or len(cells) != len(table.roles):
            continue
        at = table.roles.index("name") if "name" in table.roles else 0
        start, end = cells[at]
        words = text[start:end].strip()
        told = [(r, c) for i, (c, r) in enumerate(zip(cells, table.roles, strict=True)) if i != at]
        if _last_amount(line, told, "need") and _A_NAME.fullmatch(words):
            start = text.index(words, start)
            unlisted.append(Mention(start, start + len(words), words, "unknown", False))
    return unlisted


# Lines that speak of the goods of others


def _down_the_lines(lines: Sequence[_Line], bound: Mapping[Mention, Bound]) -> dict[Mention, Bound]:
    """Return what lines of numbers say of the goods named above, and 各30箱 of those below."""
    of_others: dict[Mention, Bound] = {}
    for at, line in enumerate(lines):
        below = lines[at + 1 : at + 1 + _LONGEST_RUN]
        if any(mention in bound for mention in line.goods):
            continue
        if line.goods and not line.amounts:
            of_others |= _of_columns(line, below) or _of_sizes(line, below)
        elif not line.goods and len(line.amounts) == 1 and line.amounts[0].per == "each":
            listed = list(itertools.takewhile(lambda b: b.goods and not b.amounts, below))
            behind = line.text[line.amounts[0].end : line.end]
            if not behind.strip(" :,。"):
                of_others |= {m: Bound(need=line.amounts[0]) for b in listed for m in b.goods}
    return of_others


def _of_columns(line: _Line, below: Sequence[_Line]) -> dict[Mention, Bound]:
    """Return the numbers of the one row below a heading that names goods, each over its own."""
    rows = list(itertools.takewhile(lambda b: b.amounts and not b.goods, below))
    for divider in _DIVIDERS[:-1]:
        heads = _cells(line, divider)
        if len(rows) != 1 or not 3 <= len(heads) <= _MOST_COLUMNS:
            continue
        its_cells = _cells(rows[0], divider)
        if len(its_cells) != len(heads):
            continue
        cells = [
            (
                [m for m in line.goods if start <= m.start < end],
                [n for n in rows[0].amounts if low <= n.start < high],
            )
            for (start, end), (low, high) in zip(heads, its_cells, strict=True)
        ]
        over = [
            (goods[0], numbers[0]) for goods, numbers in cells if len(goods) == len(numbers) == 1
        ]
        if len(over) == len(line.goods) > 1:
            return {mention: _read(line.text, mention, number) for mention, number in over}
    return {}


def _of_sizes(line: _Line, below: Sequence[_Line]) -> dict[Mention, Bound]:
    """Return the sum of the sizes that stand line by line below a good (37码 20双)."""
    words = line.text[line.start : line.end]
    if len(line.goods) != 1 or words.strip(" :.、0123456789").strip("□"):
        return {}
    total: Amount | None = None
    for row in below:
        number = row.amounts[-1] if row.amounts and not row.goods else None
        if (
            not number
            or not number.quantity
            or number.quantity_max
            or row.text[number.end : row.end].strip()
        ):
            break
        if not _SIZE_ROW.fullmatch(row.text, row.start, number.start):
            break
        if total and total.unit != number.unit:
            return {}
        whole = number.quantity + (total.quantity or 0) if total else number.quantity
        total = replace(number, quantity=whole)
    return {line.goods[0]: Bound(need=total)} if total else {}


# Lines without a heading


def _pairs(line: _Line) -> dict[Mention, Bound]:
    """Return the amounts of the goods of one line, each amount at most at one good."""
    text = line.text
    tokens: list[Mention | Amount] = sorted([*line.goods, *line.amounts], key=lambda t: t.start)
    bound, taken = _run_by_run(line)
    behind: dict[Mention, list[Amount]] = {m: [] for m in line.goods}
    held = -1  # where the last held amount ends
    last: Mention | None = None
    for i, token in enumerate(tokens):
        if isinstance(token, Mention):
            last = token
            continue
        if token in taken or _is_size(tokens, i) or _is_model(text, tokens, i):
            continue
        following = tokens[i + 1] if i + 1 < len(tokens) else None
        after = following if isinstance(following, Mention) else None
        ahead = after is not None and _points_ahead(text, token, after)
        ahead = ahead and not (after and _names_model(text, token, after, tokens, i))
        back = last is not None and not behind[last] and _points_back(text, last, token, tokens, i)
        if ahead and back and last is not None and after is not None:
            back = _leans_back(text, tokens, i)
            ahead = not back
        if ahead and after is not None:
            bound[after] = _read_ahead(text, after, token, held)
            if bound[after].need:
                behind[after].append(token)
            else:
                held = after.end
            last = None if i + 2 < len(tokens) and isinstance(tokens[i + 2], Mention) else last
        elif back and last is not None:
            behind[last].append(token)
            bound[last], lacking = _read_back(line, last, token, held, taken)
            if lacking:
                taken.add(lacking)
            elif bound[last].need is None:
                held = token.end
    return bound


def _is_size(tokens: Sequence[Mention | Amount], i: int) -> bool:
    """Tell whether an amount by a measure only says of which size (氧气瓶40L满瓶的求20个)."""
    amount, following = tokens[i], tokens[i + 1] if i + 1 < len(tokens) else None
    before = tokens[i - 1] if i else None
    if not (isinstance(amount, Amount) and isinstance(following, Amount)):
        return False
    measured = amount.unit in MEASURES and following.unit not in {None, *MEASURES}
    return measured and isinstance(before, Mention) and not fits(amount.unit, before)


def _is_model(text: str, tokens: Sequence[Mention | Amount], i: int) -> bool:
    """Tell whether a bare number in brackets names a model (滤盒(60926)120个)."""
    amount, following = tokens[i], tokens[i + 1] if i + 1 < len(tokens) else None
    if not isinstance(amount, Amount) or not isinstance(following, Amount):
        return False
    bare = amount.unit is None and following.unit is not None
    bracketed = (
        text[amount.start - 1 : amount.start] == "(" and i and tokens[i - 1].end == amount.start - 1
    )
    return bool(bare and bracketed and _MODEL_CLOSES.fullmatch(text, amount.end, following.start))


def _read_ahead(text: str, mention: Mention, amount: Amount, held: int) -> Bound:
    """Return what an amount says of the good behind it; one listed with held ones is held."""
    its = _read(text, mention, amount)
    on = its.need and held >= 0 and stock.listed_on(text, held, amount)
    return Bound() if on else its


def _read_back(
    line: _Line, mention: Mention, amount: Amount, held: int, taken: set[Amount]
) -> tuple[Bound, Amount | None]:
    """Return what an amount says of the good before it, and what is told to lack beside it."""
    its = _read(line.text, mention, amount)
    if its.need and 0 <= held <= mention.start and stock.goes_on(line.text, held, amount):
        its = Bound()
    rest, following_start = _up_to_next(line, amount, mention)
    whole = stock.in_all_beside(line.text, amount, rest)
    if whole:
        return Bound(need=whole, asked=its.asked), whole
    lacking = stock.lacking_beside(line.text, mention.end, following_start, rest)
    if lacking is None or lacking in taken:
        return its, None
    return Bound(need=lacking, asked=True) if lacking.quantity else Bound(held=True), lacking


def _run_by_run(line: _Line) -> tuple[dict[Mention, Bound], set[Amount]]:
    """Return what a run of numbers says of the run of goods before it (口罩/手套(300/200)).

    The numbers of a run of another length say nothing. The second value: the numbers read.
    """
    bound: dict[Mention, Bound] = {}
    taken: set[Amount] = set()
    goods: list[Mention] = []
    for mention in line.goods:
        if goods and not _IN_ONE_RUN.fullmatch(line.text, goods[-1].end, mention.start):
            goods = []
        goods.append(mention)
        at = bisect_left(line.amounts, mention.end, key=_start)
        numbers: list[Amount] = []
        for amount in line.amounts[at : at + _MOST_COLUMNS]:
            mark = _IN_ONE_RUN if numbers else _RUN_OPENS
            begin = numbers[-1].end if numbers else mention.end
            if not mark.fullmatch(line.text, begin, amount.start):
                break
            numbers.append(amount)
        if len(goods) < _A_RUN or len(numbers) < _A_RUN:
            continue
        closed = line.text[numbers[-1].end : numbers[-1].end + 1]
        if closed not in {"", ")", "。", ";", "\n"}:
            continue
        taken.update(numbers)
        if len(numbers) == len(goods):
            bound |= {m: _read(line.text, m, n) for m, n in zip(goods, numbers, strict=True)}
    return bound, taken


def _up_to_next(line: _Line, amount: Amount, mention: Mention) -> tuple[list[Amount], int]:
    """Return the amounts from `amount` up to the good behind `mention`, and where that starts."""
    at = bisect_left(line.goods, mention.end, key=_start)
    following = line.goods[at].start if at < len(line.goods) else line.end + _PAST_THE_END
    first = bisect_left(line.amounts, amount.start, key=_start)
    last = bisect_left(line.amounts, following, lo=first, key=_start)
    return line.amounts[first : min(last, first + _MOST_BEHIND)], following


def _start(token: Mention | Amount) -> int:
    return token.start


def _share_out(line: _Line, bound: dict[Mention, Bound]) -> None:
    """Give what is told for each of the goods behind it (各100箱:…), or of two names."""
    text = line.text
    for amount in line.amounts:
        opens = {"each": {":", ","}, "person": {":"}}.get(amount.per or "", set())
        first = not any(m.start < amount.start for m in line.goods)
        mark = text[amount.end : amount.end + 1]
        if mark in opens and (first or mark != ","):
            stop = _CLOSED.search(text, amount.end, line.end)
            limit = stop.start() if stop else line.end
            free = [m for m in line.goods if amount.end < m.start < limit]
            if not any(m in bound for m in free):
                bound.update({m: Bound(need=amount) for m in free})
            break
    for one, other in pairwise(line.goods):
        its = bound.get(one)
        each = its.need if its else None
        ahead = each and each.per == "each" and each.end <= one.start and other not in bound
        if ahead and _BESIDE_EACH.fullmatch(text, one.end, other.start):
            bound[other] = Bound(need=each)
        its = bound.get(other)
        need = bound[one].need if one in bound and not bound[one].asked else None
        if need and its and its.held and _WITH.fullmatch(text, need.end, other.start):
            bound[one] = Bound(held=True)  # 口罩2000个和酒精30桶已经在路上
        if one.name != other.name or text[one.end : other.start] != "/":
            continue
        if one not in bound and its and its.need:
            bound[one] = its


def _read(text: str, mention: Mention, amount: Amount) -> Bound:
    """Return what an amount says of its good: need, or what is there."""
    end = max(amount.end, mention.end)
    before = text[max(0, min(mention.start, amount.start) - _CLAUSE_BEFORE) : amount.start]
    thanked = amount.end <= mention.start and _THANKS.search(before)
    ordered = _ORDERED.search(text, max(0, mention.start - _CLAUSE_BEFORE), mention.start)
    sold = _PRICE.search(text, mention.end, max(mention.end, amount.start)) or _PRICE.match(
        text, amount.end
    )
    none_there = amount.quantity == 0 and not stock.is_held(text, mention.end, amount)
    if none_there or thanked or ordered or sold or _GOES_ALONG.match(text, end):
        return Bound(held=True)
    words = text[mention.end : max(mention.end, amount.start)]
    # what is told of several goods together is no one's amount
    together = _TOGETHER.search(words) and _LISTED_BEFORE.search(text, 0, mention.start)
    of_others = amount.per is None and _PER_OTHER.search(before)
    if together or of_others or _USED_UP.match(text, end):
        return Bound()
    if stock.is_held(text, mention.end, amount):
        return Bound()
    if amount.unit is None and amount.quantity is not None:
        told = _unit_pattern().search(text, mention.end, max(mention.end, amount.start))
        if told:
            return Bound(need=_with_unit(amount, _shared(told)))
        cell = _unit_cell().match(text, amount.end) or _unit_in_brackets().match(text, amount.end)
        cell = cell or _unit_cell_before().search(text, mention.end, max(mention.end, amount.start))
        if cell:
            amount = _with_unit(amount, _SharedUnit(cell["unit"], cell.start("unit"), 1))
    return Bound(need=amount, asked=_SAYS_NEED.search(words) is not None)


def _points_ahead(text: str, amount: Amount, mention: Mention) -> bool:
    """Tell whether an amount may count the good behind it (5000只口罩, 7000隔离衣)."""
    gap = text[amount.end : mention.start]
    if amount.unit or amount.quantity is None:
        if gap[:1].isspace() and _GLUED_NAME.search(text, max(0, amount.start - 12), amount.start):
            return False  # it counts the word that it stands behind (老花镜80副 象棋)
        return len(gap) <= 10 and (
            _FROM_AMOUNT.fullmatch(gap) is not None or _is_whole_cell(text, amount, mention, gap)
        )
    least = (amount.quantity or 0) >= _LEAST_BARE
    words = amount.quantity_text
    return not gap and least and not _YEAR.fullmatch(words)


def _is_whole_cell(text: str, amount: Amount, mention: Mention, gap: str) -> bool:
    """Tell whether amount, kind and good are all of a cell (、30套换洗的□□、)."""
    opens = _CELL_OPENS.search(text, max(0, amount.start - 4), amount.start) is not None
    closes = text[mention.end : mention.end + 1] in {"", *"、,。;!?)\n"}
    return opens and closes and _OF_KIND.fullmatch(gap) is not None and not find_cues(gap)


def _names_model(
    text: str, amount: Amount, mention: Mention, tokens: Sequence[Mention | Amount], i: int
) -> bool:
    """Tell a model before a good from its amount: the amount follows behind (6001滤盒120个)."""
    behind, then = (tokens[at] if at < len(tokens) else None for at in (i + 2, i + 3))
    if not isinstance(behind, Amount) or behind.unit is None:
        return False
    if amount.unit is None and behind.start == mention.end:
        return True
    apart = not isinstance(then, Mention) or then.start > behind.end + 1
    return apart and text[mention.end : behind.start] in {"", " "}


def _points_back(
    text: str, mention: Mention, amount: Amount, tokens: Sequence[Mention | Amount], i: int
) -> bool:
    """Tell whether an amount may count the good before it."""
    gap = _OPEN_SIZES.sub("", BRACKET.sub("", text[mention.end : amount.start]))
    gap = _SPEC.sub("", SIZES.sub("", gap))
    near = len(gap) <= _NEAR_GOOD
    if near and _NEED_CLAUSE.fullmatch(gap) and _ALONE.match(text, amount.end):
        return True
    vague = amount.quantity is None and not amount.unit
    if near and _HAS_CLAUSE.fullmatch(gap):
        return True
    if near and _TO_AMOUNT.fullmatch(gap):
        return bool(not vague or gap.strip(" \t·")) or not _in_slash_list(text, mention)
    if vague and gap.strip() in _PAUSES:
        return _wishes(text, mention, amount)
    beside = i > 0 and isinstance(tokens[i - 1], Mention) and _ALONE.match(text, amount.end)
    if _ends_row(text, mention, amount, tokens, i):
        return True
    if not beside or amount.quantity is None or len(gap) > _FAR_FROM_GOOD:
        return False
    in_row = amount.unit and _fills_row(text, mention, amount, gap)
    return bool(_CELL_MARKS.fullmatch(gap) or in_row) or _specifies(gap) or _tells_kind(gap)


def _wishes(text: str, mention: Mention, amount: Amount) -> bool:
    """Tell whether a vague word behind a pause says how much of one good is wished for."""
    if text[mention.start - 1 : mention.start] in _IN_LIST:
        return False
    wish = _WISHES.search(amount.quantity_text)
    return wish is not None and _ALONE.match(text, amount.end) is not None


def _tells_kind(gap: str) -> bool:
    """Tell whether the words between a good and its amount but say of which kind (黄色大号)."""
    return _KIND_OF_IT.fullmatch(gap) is not None and not find_cues(gap)


def _specifies(gap: str) -> bool:
    """Tell whether the cells between a good and its amount say but what kind it is."""
    cells = [cell.strip() for cell in _CELLS.split(gap)]
    tabular = "\t" in gap or "|" in gap
    return all(
        not cell
        or _SPECIFIC.fullmatch(cell)
        or _TO_AMOUNT.fullmatch(cell)
        or re.fullmatch(_units(), cell)
        or (tabular and len(cell) <= 12)
        for cell in cells
    )


def _fills_row(text: str, mention: Mention, amount: Amount, gap: str) -> bool:
    """Tell whether good, its make and amount are all of a line (呼吸机 某某牌或某某牌 5台)."""
    start = text.rfind("\n", max(0, mention.start - 12), mention.start) + 1
    start = start or max(0, mention.start - 12)
    alone = not text[start : mention.start].rpartition(":")[2].strip(" \t.、-·()\d0123456789")
    behind = text[amount.end : amount.end + 4].lstrip(" \t")
    return (
        alone
        and gap[:1] in " \t"
        and len(gap) <= 16
        and _MAKE.fullmatch(gap) is not None
        and (not behind or behind[0] == "\n")
    )


def _ends_row(
    text: str, mention: Mention, amount: Amount, tokens: Sequence[Mention | Amount], i: int
) -> bool:
    """Tell whether a line holds one good, at its start, and this amount at its end."""
    gap = text[mention.end : amount.start]
    goods = sum(isinstance(token, Mention) for token in tokens)
    if goods > 1 or i + 1 < len(tokens) or not gap[:1].isspace() or len(gap) > _FAR_FROM_GOOD:
        return False
    start = text.rfind("\n", 0, mention.start) + 1
    opens = _OPENS_ROW.fullmatch(text, start, mention.start) is not None
    closes = text[amount.end : amount.end + 2].strip(" ;。")[:1] in ("", "\n")
    return opens and closes and not find_cues(gap) and not re.search("[,。!?:]", gap)


def _in_slash_list(text: str, mention: Mention) -> bool:
    """Tell whether goods end a list by slashes: a vague word behind speaks of them all."""
    return "□/" in text[max(0, mention.start - 12) : mention.start]


def _leans_back(text: str, tokens: Sequence[Mention | Amount], i: int) -> bool:
    """Tell whether an amount between two goods counts the first, by the cell it stands in."""
    before, amount, after = tokens[i - 1], tokens[i], tokens[i + 1]
    gap, gap_behind = text[before.end : amount.start], text[amount.end : after.start]
    if isinstance(before, Amount) or _HARD.search(gap):
        return False
    first = i
    while (
        first > i - _LONGEST_RUN
        and first
        and not _HARD.search(text, tokens[first - 1].end, tokens[first].start)
    ):
        first -= 1
    last = i
    while (
        last < i + _LONGEST_RUN
        and last + 1 < len(tokens)
        and not _HARD.search(text, tokens[last].end, tokens[last + 1].start)
    ):
        last += 1
    run = tokens[first : last + 1]
    goods = sum(isinstance(token, Mention) for token in run)
    if goods * 2 == len(run):
        return isinstance(run[0], Mention)
    if bool(gap.strip()) != bool(gap_behind.strip()) or bool(gap) == bool(gap_behind):
        return isinstance(run[0], Mention)
    return not gap


# What is there


def _hold_sections(text: str, mentions: Sequence[Mention], bound: dict[Mention, Bound]) -> None:
    """Mark the goods that a heading tells to be there (库存:…), up to the next word of need."""
    done = 0
    for head in _HELD_HEAD.finditer(text):
        end = head.end()
        limit = min(len(text), end + _LONGEST_SECTION)
        for pattern in (_NEED_WORD, _SECTION_END):
            stop = pattern.search(text, end, limit)
            limit = stop.start() if stop else limit
        if "\n" in head[0] or text[head.end() : head.end() + 1] == "\n":
            stop = re.compile(r"\n[^□\n]*(?=\n|$)").search(text, end, limit)
        else:
            stop = re.compile(r"\n|;").search(text, end, limit)
        limit = stop.start() if stop else limit
        if text[head.start() - 1 : head.start()] == "(":
            limit = min(limit, text.find(")", end) % (len(text) + 1))
        if end < done:
            continue
        done = limit
        for mention in _within(mentions, end, limit):
            its = bound.get(mention)
            if its is None or not its.asked:
                bound[mention] = Bound(held=True)


def _hold_settled(text: str, mentions: Sequence[Mention], bound: dict[Mention, Bound]) -> None:
    """Mark the list of goods of which the clause behind says that it came (…100副,已落实)."""
    for settled in _SETTLED.finditer(text):
        at = settled.start()
        begin = max(0, at - _LONGEST_SETTLED)
        begin = max((mark.end() for mark in _CLOSED.finditer(text, begin, at)), default=begin)
        its = _within(mentions, begin, at)
        if not its or "," in text[its[-1].end : at] or "(" in text[begin:at]:
            continue
        if not _NEED_WORD.search(text, begin, at):
            bound.update({mention: Bound(held=True) for mention in its})


def _hold_taken_back(text: str, mentions: Sequence[Mention], bound: dict[Mention, Bound]) -> None:
    """Mark the goods of a sentence that ends in 这两样先别寄."""
    for told in _ALREADY_TOLD.finditer(text):
        at = told.start()
        begin = max(0, at - _LONGEST_SETTLED)
        begin = max((mark.end() for mark in _CLOSED.finditer(text, begin, at)), default=begin)
        if not _NEED_WORD.search(text, begin, at):
            bound.update({mention: Bound(held=True) for mention in _within(mentions, begin, at)})


def _within(mentions: Sequence[Mention], start: int, end: int) -> Sequence[Mention]:
    """Return the goods that begin from `start` up to `end`."""
    first = bisect_left(mentions, start, key=_start)
    return mentions[first : bisect_left(mentions, end, lo=first, key=_start)]
