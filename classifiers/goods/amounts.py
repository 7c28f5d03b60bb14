"""Find amounts: a normalised text goes in, numbers with unit, range and rhythm come out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import data

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_DIGITS |= {char: value for value, char in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_POWERS |= {"w": 10_000, "W": 10_000, "k": 1000, "K": 1000}
_POWERS |= {"拾": 10, "佰": 100, "仟": 1000, "萬": 10_000}

_NUMBER = (
    r"\d(?: \d){1,4}(?= ?[一-鿿])|(?:\d{1,3}(?:(?:,\d{3})+|(?: 000)+)(?!\d)|\d+(?:\.\d+)?)"
    r"(?:[百千万]\d(?![\d.%]|,\d)[百千]?|[余多来几]?[十百千万亿]{1,2}"
    r"| [千万](?![\u4e00-\u9fff]{2})|[wWkK](?![A-Za-z]))?"
    r"|[壹贰叁肆伍陆柒捌玖][拾佰仟萬万][壹贰叁肆伍陆柒捌玖零拾佰仟萬万]*"
    r"|[几数上好近]?[几数]?[零〇一二两三四五六七八九十百千万亿]+几?"
    r"|半|几"
)
_NUMBER = rf"(?:{_NUMBER})(?:[余多来](?![十百千万])|\+)?"
_DATE_OR_COUNT = (
    r"(?![ \t]?(?:[%‰°年月日号码时点分秒例名位岁楼元度路天周小倍折期级型人后届次家层个院栋寸]"
    r"|块钱|[A-Za-z]{1,4}/|(?:cm|mm|CM|MM|IU|iu|Fr|G|[μu][lLm]|[kK][WwVv])(?![A-Za-z])|#|(?<!\d\d\d):|:\s?\d|的\s?\d|[万亿]?(?:单位|IU|U)\s?/|床位|病床|病区|病房)|[-.]?\d|[xX*×]\s?\d)"
)
_EVERY_DAY = re.compile(
    r"(?:每(?:[天日晚夜]|24小时)|(?<![今昨明当本])日(?:均|耗|消耗|用量|需|需求)|天天|一天|一日)[^,。!?;、\n\d]{0,10}$"
)
_PER_DAY = re.compile(r"\s?(?:[/每一]\s?[天日]|/d(?![a-z])|的?日用量|的?日消耗)")
_EVERY_WEEK = re.compile(
    r"(?:每(?:周|星期|个星期|礼拜)|一(?:周|星期)|周(?:均|耗|消耗|用量|需求?))[^,。!?;、\n\d]{0,10}$"
)
_PER_WEEK = re.compile(r"\s?[/每一]\s?(?:周|星期|礼拜)")
_EVERY_PERSON = re.compile(
    r"(?:每(?:人|位|名|个人|个?(?:护士|医生|医护|队员))|人均)[^,。!?;、\n\d]{0,10}$"
)
_PER_PERSON = re.compile(r"\s?[/每]\s?人")
_CARRIED = frozenset({"day", "week", "person"})
_GOES_ON = re.compile(r"\s?(?:[、,和及]\s?□+[ :]?|□+\s?[、,和及]\s?)")
_EACH = re.compile(
    r"(?:各自?|每[样种类款项]|均|人手|都)(?:[为是]|需要?|要|缺|求|约|来|差|为|急需|给|按|报|备|补|配|申[请领]|领|想要|盼|先|再|请){0,3}(?:大?约|大概|至少|最少)?[\s:]?$"
)
_PACK = re.compile(
    r"(?:每(?![天日周人位名样种类款项])[^\s,。!?;、\d]{1,2}|一[箱盒包件桶]|第|满|内含|规格|型号|货号|编号|批号|代码|文号)(?:有|装|约|为|:)?\s?$"
)
_PACKED = re.compile(
    r"\s?(?:(?:/|每|一)\s?(?:小|大|中)?(?:[盒箱包袋件桶瓶支板打卷条捆提罐筒]|[只个套双](?![/都也]))|装(?!备))"
)
_TIMES = re.compile(r"\s?[*×xX]\s?\d")
_TIMES_MEASURE = re.compile(
    r"\s?[*×xX]\s?\d+(?:\.\d+)?\s?(?:m?[lLgG]|ML|毫升|升|克|毫克|斤|公斤|kg)(?![\s/*×xX,(]{0,2}\d)"
)
_PACK_SIZES = (
    dict.fromkeys("只个片支双副枚张粒丸", 1) | dict.fromkeys("盒瓶包袋板卷", 2) | {"箱": 3}
)
_TIMES_UNIT = re.compile(r"\s?[*×xX]\s?\d+\s?([\u4e00-\u9fff])")
_UNIT_TIMES = re.compile(r"\d\s?([\u4e00-\u9fff])\s?[*×xX]\s?$")
_TIMES_SIGNS = frozenset("*×xX")
_ONE_MORE = re.compile(r"[\s/(,)]{0,3}\d")
MEASURES = frozenset(
    [
        "公斤",
        "千克",
        "克",
        "斤",
        "kg",
        "KG",
        "Kg",
        "g",
        "升",
        "L",
        "毫升",
        "ml",
        "ML",
        "毫克",
        "mg",
        "盎司",
        "公升",
        "加仑",
        "米",
        "平方米",
        "平米",
        "立方",
    ]
)
_MEASURE_THEN = re.compile(
    r"[\s/*×xX,(:的]{0,2}(?:\d|[一二两三四五六七八九十]+[百千万]?[瓶桶盒袋支])"
)
# 500ml酒精20瓶, but not 大米500斤 食用油20桶
_MEASURE_OF_NEXT = re.compile(
    r"[\s(:的]{0,2}□{1,8}[\s/*×xX,]{0,2}(?:\d|[一二两三四五六七八九十]+[百千万]?[瓶桶盒袋支])"
)
_OTHER_COUNT = re.compile(
    r"[^\S\n]?(?:多|左右)?的?(?:月|(?<=部)分|小时|星期|礼拜|科室|医院|社区|县|乡镇|病区|病房|院区|部门|单位|病人|患者|病例"
    r"|人(?!份)|护士|医生|医护|医务|同事|队员|志愿者|工作人员|员工|孩子|病床|床位|班|护工|老师|厂家|渠道)"
)
_PAIR = re.compile(
    r"([二三四五六七八九]?十|)([一二两三四五六七八])([二两三四五六七八九])([十百千万]*)[余多来]?"
)
ONE_SIZE = (
    r"(?:\d{1,3}(?:\.5)?[码号型]半?|\d{1,4}(?:[LlgG]|ml|ML|mL|kg|mm|cm|寸|升|公斤|斤|毫升)[的款装]|(?:1[4-9]\d|2[0-4]\d|3[4-9]|4[0-8])的|[xX]{0,5}[SMLsml][码号]?|[2-6][xX][lL][码号]?"
    r"|[加特]?[大中小][码号]|均码"
    r"|(?:成人|大人|儿童|小儿|婴儿|男士?|女士?)[款码型号版])"
)
SIZES = re.compile(rf"[(\s]?{ONE_SIZE}(?:[、,/和及到至\-]{ONE_SIZE})*[)\s:的]{{0,2}}")
_MEASURED = re.compile(r"\d(?P<of>ml|ML|mL|L|G|mm|cm|#)\s?$")
_NEXT_MEASURED = re.compile(r"[、,/和\s]{1,2}\d{1,4}(?:\.\d+)?(?P<of>ml|ML|mL|L|G|mm|cm|#)\s?")
_NEXT_SIZE = re.compile(rf"[、,;/和及\s]{{0,2}}{ONE_SIZE}[:\s的]?")
_AS_MUCH = r"(?:有|能[\u4e00-\u9fff]{1,2}?)多少就?(?:都?[\u4e00-\u9fff]{1,2}?)多少"
_TAKEN_BACK = re.compile(
    r"\s?(?:[→⇒➜>]+\s?)?[,\s]?(?:追加|增加|调整|更新)[到至为成]\s?|\s?[→⇒➜]\s?|"
    r"[…\s,。;—.!?]*(?:哦|啊|噢|呃|抱歉|对不起)?[…\s,]*"
    r"(?:不是|不对|错了|(?:说|念|写|打|报)错了?|口误|更正|不,|我是说|改成|改为)"
    r"[…\s,。;:—.!?]*(?:应该?|更正|改)?[是为成]?[…\s,:]*"
)
_NOT_ONE = re.compile(
    r"\s?(?:[也都]{1,2}(?:没|不|无|[拿领找凑搞]不)"
    r"|(?<=[一1][\u4e00-\u9fff])(?:没[有剩]|不剩|不够|无存))"
)
_SIZE_LIST = re.compile(
    r"(?:[、,/和]\d{1,3}(?:\.5)?(?!\d)){1,8}\s?(?:[码号型]|各|每[种个])|(?=各\d)"
)
# a number right before another word counts that (5参数, 2通道)
_OF_OTHERS = re.compile(
    r"(?!左右|以上|以[内下]|上下|多|余|起|打底|[就即也行为还需要缺已在急均都的到至或和及与以等另现库差请求供给备计足够不仍尚目全共每各按且但可若]"
    r"|更|最|最|如|才|只|仅|送|寄|发|捐|够)[\u4e00-\u9fff]"
)
_IN_BRACKETS = re.compile(r"\([^()\n]*$")
_NUMBERING = re.compile(r"[.)](?!\d)|、")


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """How much of something, at `start` to `end` of the text, unit included.

    quantity: the number, None where it is vague (几百, 若干); of a range the lower end.
    quantity_max: the upper end of a range, else None.
    per: "day", "week", "person", "each" or None.
    quantity_text, unit: as they stand in the text; unit None where none stands there.
    unit_start: where the unit stands, None where the amount ends with it.
    """

    start: int
    end: int
    quantity: float | None
    quantity_max: float | None = None
    per: str | None = None
    quantity_text: str
    unit: str | None = None
    unit_start: int | None = None


@cache
def _pattern() -> re.Pattern[str]:
    """Compile the pattern of an amount from the lists of units and vague words."""

    def any_of(path: str) -> str:
        return "|".join(re.escape(w) for w in sorted(data.read_words(path), key=len, reverse=True))

    unit = rf"(?:{any_of('lexicons/units.txt')})(?:(?<![A-Za-z])|(?![A-Za-z]))(?![码号])"
    return re.compile(
        rf"(?P<vague>(?:{any_of('lexicons/amounts_vague.txt')}|{_AS_MUCH}))(?:\s?(?P<vague_unit>{unit}))?"
        rf"|(?<![A-WYZa-wyz0-9])(?<![0-9][.\-/])(?P<low>{_NUMBER})"
        rf"(?:\s?(?P<low_unit>{unit})?\s?(?:-{{1,2}}|~|—{{1,2}}|–|至|到|或)\s?(?P<high>{_NUMBER})(?!\d))?"
        rf"(?:[^\S\n]?(?P<unit>{unit})|(?P<bare>{_DATE_OR_COUNT}))"
    )


_ROUGH = re.compile("上|百十|百八十|千八百|百儿")


def value(words: str) -> float | None:
    """Return the number told in digits, Chinese numerals or both (1.2万, 两千五), None if vague."""
    if any(char in "几数" for char in words) or _ROUGH.match(words):
        return None
    if words == "半":
        return 0.5
    plain = re.sub(r"[,余多来好近+\s]", "", words)
    total = section = number = 0.0
    last_power = 1
    for match in re.finditer(r"\d+(?:\.\d+)?|.", plain):
        token = match[0]
        power = _POWERS.get(token)
        if power is None:
            digit = _DIGITS.get(token)
            number = digit if digit is not None else float(token) if token[0].isdigit() else 0.0
        elif power >= 10_000:
            total = (total + section + number or 1) * power
            section = number = 0.0
            last_power = power
        else:
            section += (number or 1) * power
            number = 0.0
            last_power = power
    # 两千五 is 2500, 一万二 is 12,000: a bare last digit counts in tenths of the power before it
    if number and number < 10 and last_power > 10 and plain[-2:-1] in _POWERS:
        number *= last_power / 10
    return total + section + number


def _range(low: str, high: str | None) -> tuple[float | None, float | None]:
    """Return both ends of a range, the second None where there is but one number."""
    if high is None:
        pair = _PAIR.fullmatch(low)
        if pair and _DIGITS[pair[2]] < _DIGITS[pair[3]]:
            return value(pair[1] + pair[2] + pair[4]), value(pair[1] + pair[3] + pair[4])
        return value(low), None
    first, second = value(low), value(high)
    power = _POWERS.get(high.rstrip("余多来+")[-1:])
    if first is None or second is None or not power or low[-1:] in _POWERS:
        return first, second
    return (first * power if first < second / power else first), second


def _is_code(digits: str, unit: str | None) -> bool:
    """Tell digits of a phone number or a code from a number of things."""
    if len(digits) > 7 or (digits.startswith("0") and digits != "0"):
        return True
    return unit is None and len(digits) == 7 and not digits.endswith("000")


def _plausible(match: re.Match[str], low: float | None, high: float | None) -> bool:
    """Tell an amount from a phone number, a date, a standard or a count of something else."""
    digits = match["low"].replace(",", "")
    if digits.isdigit() and _is_code(digits, match["unit"]):
        return False
    if high is not None and (low is None or high <= low):
        return False
    if match["low"] in _POWERS:  # (万只) is a heading's unit
        return match["low"] == "十"
    if match["unit"] is None:
        text, start, end = match.string, match.start(), match.end()
        if _OF_OTHERS.match(text, end):
            return False
        mark = _NUMBERING.match(text, end)
        opens = len(digits) < 3 and digits[-1] not in _POWERS
        opens = opens and not text[start - 1 : start].strip("\n ;。")
        # (500) tells how many, (1) before goods only counts them
        bracketed = mark and mark[0] == ")" and _IN_BRACKETS.search(text, max(0, start - 12), start)
        if bracketed and text[start - 1 : start] == "(":
            opens = len(digits) < 3 and not text[max(0, start - 2) : start - 1].strip("\n ;。,、")
        in_run = text[start - 1 : start] == "|"
        if mark and not in_run and (opens or not (bracketed or mark[0] == "、")):
            return False
        return bool(re.match(r"\d|.{1,2}[十百千万]|[几数]", match["low"])) and match["low"] != "几"
    return True


def find_amounts(text: str) -> list[Amount]:
    """Return the amounts in a normalised text, in order; numbers without a unit are given too.

    Amounts of the sizes of one good (190码60套、180码40套) are one amount, added up.
    """
    totals = list(_totals_of_sizes(text))
    amounts: list[Amount] = []
    for match in _pattern().finditer(text):
        total = next((t for t in totals if t.start <= match.start() < t.end), None)
        amount = total or _amount(match, amounts)
        if amount is None or (amounts and amounts[-1] is amount):
            continue
        last = amounts[-1] if amounts else None
        if last and _corrects(text, last, amount):
            words_end = amount.start + len(amount.quantity_text)
            words = text[last.start : words_end]
            amounts[-1] = replace(amount, start=last.start, quantity_text=words)
        elif last and (both := _of_two_sizes(text, last, amount)):
            amounts[-1] = both
        else:
            amounts.append(amount)
    return amounts


def _amount(match: re.Match[str], amounts: Sequence[Amount]) -> Amount | None:
    """Return what a match of the pattern tells, None where it is no amount.

    amounts: those before it; of one told for each day the next in its list is, too.
    """
    text, (start, end) = match.string, match.span()
    before = text[max(0, start - 14) : start]
    if match["vague"]:
        if before.endswith("第"):
            return None
        words, unit = match["vague"], match["vague_unit"]
        return Amount(start=start, end=end, quantity=None, quantity_text=words, unit=unit)
    low, high = _range(match["low"], match["high"])
    if not _plausible(match, low, high) or _PACK.search(before):
        return None
    if _counts_others(match) or _is_pack(match["unit"], text, start, end):
        return None
    per = _per(before, text[end : end + 8])
    if per is None and amounts and amounts[-1].per in _CARRIED:
        listed = _GOES_ON.fullmatch(text, amounts[-1].end, start)
        per = amounts[-1].per if listed else None
    words_end = match.end("high") if match["high"] else match.end("low")
    return Amount(
        start=start,
        end=end,
        quantity=low,
        quantity_max=high,
        per=per,
        quantity_text=text[start:words_end],
        unit=match["unit"],
    )


def _totals_of_sizes(text: str) -> Iterator[Amount]:
    """Yield the totals of sizes told in brackets, the unit behind them ((大号200/小号100)件)."""
    for match in _sizes_in_brackets().finditer(text):
        numbers = re.findall(rf"{ONE_SIZE}[:\s]?(\d{{1,5}})", match["sizes"])
        yield Amount(
            start=match.start(),
            end=match.end(),
            quantity=float(sum(map(int, numbers))),
            quantity_text=match["sizes"],
            unit=match["unit"],
        )


@cache
def _sizes_in_brackets() -> re.Pattern[str]:
    units = "|".join(map(re.escape, sorted(data.read_words("lexicons/units.txt"), key=len)[::-1]))
    one = rf"{ONE_SIZE}[:\s]?\d{{1,5}}"
    return re.compile(rf"\((?P<sizes>{one}(?:[/、,;\s]{one}){{1,8}})\)\s?(?P<unit>{units})")


def _counts_others(match: re.Match[str]) -> bool:
    """Tell whether a number counts people or places, is the first of sizes, or tells of none."""
    after = match.string[match.end() : match.end() + 8]
    if match["unit"]:
        return bool(_OTHER_COUNT.match(after) or _NOT_ONE.match(match.string, match.end()))
    return _SIZE_LIST.match(match.string, match.end()) is not None


def _corrects(text: str, one: Amount, other: Amount) -> bool:
    """Tell whether the second amount takes back the first (十五个,不对,五十个)."""
    gap = text[one.end : other.start]
    return len(gap) <= 16 and one.unit == other.unit and _TAKEN_BACK.fullmatch(gap) is not None


def _is_pack(unit: str | None, text: str, start: int, end: int) -> bool:
    """Tell whether an amount says what one pack or dose holds (24粒/盒, 500ml 20瓶)."""
    larger = _PACK_SIZES.get(unit or "", 0)
    if larger and (inner := _TIMES_UNIT.match(text, end)):
        return larger <= _PACK_SIZES.get(inner[1], larger)
    outer = _UNIT_TIMES.search(text, max(0, start - 6), start)
    if larger and outer and _PACK_SIZES.get(outer[1], 0) > larger:
        return True
    if text[start - 1 : start] in _TIMES_SIGNS and (unit in MEASURES or _ONE_MORE.match(text, end)):
        return True
    if _TIMES.match(text, end) and not _TIMES_MEASURE.match(text, end):
        return True
    if unit and _PACKED.match(text, end):
        return True
    if unit not in MEASURES:
        return False
    of_next = "□" not in text[max(0, start - 2) : start] and _MEASURE_OF_NEXT.match(text, end)
    return bool(of_next or _MEASURE_THEN.match(text, end))


def _per(before: str, after: str) -> str | None:
    """Return what an amount is told for, None where it is a total."""
    if _EACH.search(before):
        return "each"
    if _PER_PERSON.match(after) or _EVERY_PERSON.search(before):
        return "person"
    if _PER_DAY.match(after) or _EVERY_DAY.search(before):
        return "day"
    if _PER_WEEK.match(after) or _EVERY_WEEK.search(before):
        return "week"
    return None


def _of_two_sizes(text: str, one: Amount, other: Amount) -> Amount | None:
    """Return the sum of two amounts with their sizes before them, None if they are not such."""
    measured = _MEASURED.search(text, max(0, one.start - 8), one.start)
    following = _NEXT_MEASURED.fullmatch(text, one.end, other.start)
    if measured and following and measured["of"] == following["of"]:
        return _added(text, one, other)
    sized = SIZES.search(text, max(0, one.start - 8), one.start)
    if not sized or sized.end() != one.start or one.unit != other.unit:
        return None
    if not _NEXT_SIZE.fullmatch(text, one.end, other.start):
        return None
    return _added(text, one, other)


def _added(text: str, one: Amount, other: Amount) -> Amount | None:
    """Return the sum of two amounts of one unit, None where one is vague or a range."""
    if one.quantity is None or other.quantity is None or one.quantity_max or other.quantity_max:
        return None
    if one.unit != other.unit:
        return None
    words_end = other.start + len(other.quantity_text)
    return replace(
        one,
        end=other.end,
        quantity=one.quantity + other.quantity,
        quantity_text=text[one.start : words_end],
    )
