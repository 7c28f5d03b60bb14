"""Choose the goods that a text asks for: a normalised text goes in, goods with amounts come out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from classifiers.goods.amounts import SIZES, Amount, find_amounts
from classifiers.goods.binding import BRACKET, find_in_rows
from classifiers.goods.cues import Cues, find_cues, right_before, right_behind
from classifiers.goods.groups import COLLECTIVE, Group, groups_of
from classifiers.goods.names import Mention, find_goods
from classifiers.goods.reports import is_report
from classifiers.goods.unlisted import find_unlisted, is_never_goods
from classifiers.need import NO_FORM, Form

# a collective word stands for goods of these groups, so it says nothing new beside them
_COVERED = {
    "collective-medical": frozenset({"protective", "medical", "medicine", "unknown"}),
    "collective-daily": frozenset({"daily", "food", "clothing", "lodging", "general", "unknown"}),
}
_BLOT = "□"
_ALONGSIDE = re.compile(r"\s?(?:和|及|与|以及)\s?")
_MARKS = frozenset("、,/;\n和及与 ")
_HEADING = re.compile(r"(?:类|(?<=类))\s?[:(]")
_HEADING_LINE = re.compile(r"(?:^|\n)\s*\(?[一二三四五六七八九十\d]{1,2}[、.)]\s?$")
_HEADING_CELL = re.compile(
    r"\s?[\t|/, ]\s?(?:规格|型号|数量|需求数?量?|单位|库存|现有)\s?[\t|/, \n]"
)
_NAMES_KIND = re.compile(r"\s{0,3}:\s{0,3}")
_REFUSED = re.compile(
    r"\((?:不要|不收|勿[捐寄送]|别[捐寄送]|除)[^()\n]{1,16}\)"
    r"|\((?:内?含|包[括含]|内有|内装)[^()\n]{1,60}\)"
    r"|\([^()\n]{2,24}(?:不要|勿[捐寄送扰]|不[收用缺]|别[寄送捐]|除外|拒收|库存足|充足|够用?)[^()\n]{0,4}\)"
)
_FACILITY = re.compile(
    r"[\u4e00-\u9fff]{2}(?:医院|卫生院|疾控|妇幼|卫生服务|血站|医疗队|卫生[所室]|医务室|防治[院所]|[敬养]老院|福利院|诊所|检验队)"
)
_FACILITY_ROW = re.compile(
    r"([\u4e00-\u9fff]{2,12}(?:医院|卫生院|疾控(?:中心)?|保健院|卫生服务中心|血站|医疗队))"
    r"[\t|,/: ]\s?$"
)
_OF_WARD = re.compile(r"\s*[^\s:,。;]{1,10}[科区室组楼症部]\s?:")
_ROW_OPENS = re.compile(r"[ \t.、·\-()\d]{0,8}")
_STANDARD = re.compile(
    r"\s*:?\s*(?:[(按须需]|应?符合|执行|标准){0,3}\s*(?:《|(?:GB|YY|gb|yy)[\s/T]*\d{4})"
)
_BARE_STANDARD = re.compile(r"\s*:?\s*(?:GB|YY|gb|yy)[\s/T]*\d{4}")
_SPECIFIED = re.compile(r"(?:规格|标准|技术要求|参数|执行标准)(?:型号|要求)?\s?:[^\n]{0,40}$")
_CODE = re.compile(
    r"(?:GB|YY|T/|EN|gb|yy)[\s/TtZ]{0,3}\d{3,5}(?:\.\d)?(?:\s?[-—]\s?\d{4})?|《[^《》\n]{1,40}》"
)
_TITLE = re.compile(r"《[^《》\n]{0,30}(?:要求|标准|规范|通则|条件|规程)[^《》\n]{0,10}》")
_ASIDE = re.compile(
    r"\((?=[^()]{0,8}(?:已|在途|现有|库存|路上)|[^()\d]{0,8}(?:[明后]天|预计|即将|下周)[^()\d]{0,6}\d)"
    r"(?![^()]{0,16}[需缺差求])(?![^()\d]{1,12}(?:解决|落实|满足|到位|认领|收齐|承担)了?\))"
    r"[^()□\n]{1,20}\)"
)

# 8人×2套×14天=224套 is 224
_FORMULA = re.compile(
    r"(?:\d{1,4}\s?[\u4e00-\u9fff]{0,2}\s?[×xX*]\s?){1,4}\d{1,4}\s?[\u4e00-\u9fff]{0,2}\s?=\s?(?=\d)"
)

# numbers parted by bars are read as numbers, by slashes as dates
_RUN = re.compile(r"(?<=□)\s?\(\d{1,7}[^\d()\n/]{0,2}(?:/\d{1,7}[^\d()\n/]{0,2})+\)")
_ROW_OF_NUMBERS = re.compile(r"(?<=□)(?:\s?/\s?\d{1,7}[^\d()\n/]{0,3}){3,}(?=\n|$)")
# what goods belong to may stand before them: 喷雾器电池20块, 口罩收纳袋500个
_GAPS = frozenset({"", " ", ":", "x", "*", "×", "("})
_ACCESSORY = re.compile(
    r"(?:电池|充电器|适配器|收纳[袋盒箱]|密封袋|包装袋|挂绳|挂钩|支架|灯管|灯泡|滤[芯棉盒膜网]|消毒[锅柜]|探头|袖带"
    r"|喷雾[机器]|喷壶|消毒机|雾化[机器]|配件|延长管|管路|置换液|对讲机|绑带|镜片|刷|墨盒|硒鼓|色带)\Z"
)
_HEAD = re.compile(
    r"(?P<head>(?:[A-Z]级)?(?![每一两整共另需各大小中单双散按现剩缺求要])[\u4e00-\u9fff]{0,4}"
    r"(?:[管膜液池针镜机器仪贴架表刷线锅泵阀纸布靴服衣裤鞋帽杯床椅灯卡剂巾柜膏绳棒芯棉垫钠钾钙壶]|(?:缓释|肠溶|分散|咀嚼|口服|干)?(?:胶囊|颗粒|溶液|混悬液|注射液|软膏|乳膏|滴眼液|栓)"
    r"|[\u4e00-\u9fff][袋盒箱包桶瓶套罩片板头带粉车]))"
    r"(?:\s?\d+(?:\.\d+)?\s?(?:m?[gl]|m[GL]|[LGg]|IU|U|万?单位|%)(?![A-Za-z])(?:[*×xX]\s?\d+\s?[片粒丸袋支])?)?[\s:xX×*(约各]*"
)

# the blank before the number of an entry, the first entry may stand anywhere
_ENTRY = re.compile(r"(?:(?<=^)|[\s:])(\d{1,2})[.、)](?=[^\d\s])")

Choice = tuple[Group, Mention]


def choose(text: str, form: Form = NO_FORM) -> list[tuple[Mention, Amount | None, bool]]:
    """Return the goods that a normalised text asks for, each once, with the amount.

    The third value tells whether the unit of the amount leaves a doubt.
    form: its labelled fields. Goods behind 需求 need no word of asking, those behind 库存 are held.
    """
    text = _TITLE.sub(lambda title: "《" + "·" * (len(title[0]) - 2) + "》", text)
    text = _line_by_line(text)
    all_mentions = find_goods(text)
    if not all_mentions and not find_cues(text).any("wanted"):
        return []
    if not form.of("goods") and is_report(text):
        return []
    mentions = _outside_details(text, all_mentions)
    rest = _blot_out(text, all_mentions)
    rest = _REFUSED.sub(lambda part: _hidden(part) if _BLOT in part[0] else part[0], rest)
    rest = _FORMULA.sub(lambda part: " " * len(part[0]), rest)
    for pattern in (_CODE, _ASIDE):
        rest = pattern.sub(lambda part: "■" * len(part[0]), rest)
    for pattern in (_RUN, _ROW_OF_NUMBERS):
        rest = pattern.sub(lambda run: run[0].replace("/", "|"), rest)
    amounts = find_amounts(rest)
    mentions, parts = _with_heads(text, rest, mentions, amounts)
    rest = _blot_out(rest, mentions)
    for part in parts:
        rest = rest[: part.start] + text[part.start : part.end] + rest[part.end :]
    unlisted = find_unlisted(rest, mentions, amounts)
    taken = {at for m in unlisted for at in range(m.start, m.end)}
    in_rows = find_in_rows(rest, mentions, amounts)
    unlisted += [
        m for m in in_rows if m.start not in taken and not is_never_goods(text[m.start : m.end])
    ]
    if unlisted:
        mentions = sorted([*mentions, *unlisted], key=lambda m: m.start)
        rest = _blot_out(rest, unlisted)
    cues = find_cues(rest)
    groups = groups_of(rest, mentions, amounts, cues)
    _judge_by_form(groups, form)
    single = _without_standards(text, _single_goods(rest, groups, cues, wanted=True))
    single = _each_once(text, single)
    chosen = single + _collective(rest, groups, single)
    if not chosen and cues.any("wanted"):
        chosen = _each_once(text, _single_goods(rest, groups, cues, wanted=None))
    chosen.sort(key=lambda choice: choice[1].start)
    return [(m, g.amounts.get(m), m in g.doubtful) for g, m in chosen]


def _line_by_line(text: str) -> str:
    """Return the text with the numbered entries of a list on one line each on its own."""
    at = [(int(mark[1]), mark.start()) for mark in _ENTRY.finditer(text)]
    chars = list(text)
    for (number, _), (following, start) in pairwise(at):
        if following == number + 1:
            chars[start] = "\n"
    return "".join(chars)


def _with_heads(
    text: str, rest: str, mentions: Sequence[Mention], amounts: Sequence[Amount]
) -> tuple[list[Mention], list[Mention]]:
    """Return the goods, those widened that only tell what the goods behind them belong to.

    The second list: everyday words that are but a part of another name (碗 in 洗碗布30片).
    """
    starts = [amount.start for amount in amounts]
    widened: list[Mention] = []
    parts = []
    for mention in mentions:
        at = bisect_left(starts, mention.end)
        head = _HEAD.fullmatch(rest, mention.end, starts[at]) if at < len(starts) else None
        if head and mention.everyday:
            parts.append(mention)
            continue
        if head and mention.group not in COLLECTIVE:
            words = head["head"]
            if not find_cues(words) and not is_never_goods(words):
                end = mention.end + len(words)
                name = text[mention.start : end]
                mention = Mention(mention.start, end, name, mention.group, False)  # noqa: PLW2901
        before = widened[-1] if widened else None
        if (
            before
            and rest[before.end : mention.start] in {"", "用"}
            and _ACCESSORY.search(text[mention.start : mention.end])
            and at < len(starts)
            and rest[mention.end : starts[at]] in _GAPS
        ):
            widened[-1] = Mention(
                before.start,
                mention.end,
                text[before.start : mention.end],
                mention.group,
                False,
            )
            continue
        if before and text[before.end : mention.start + 1] in {"用", f"用{text[mention.start]}"}:
            widened.pop()  # 救护车用氧气瓶 asks for no ambulance
            own = mention.start + (text[mention.start] == "用")
            mention = Mention(own, mention.end, mention.name, mention.group, mention.everyday)  # noqa: PLW2901
        widened.append(mention)
    return widened, parts


def _judge_by_form(groups: Sequence[Group], form: Form) -> None:
    """Let labels tell whether goods are asked for where the words beside them do not."""
    for group in groups if form.fields else ():
        role = form.role_at(group.start)
        if role == "held":
            group.wanted = False
        elif role == "goods" and group.wanted is None:
            group.wanted = True


def _single_goods(
    text: str, groups: Sequence[Group], cues: Cues, *, wanted: bool | None
) -> list[Choice]:
    """Return the goods, but for collective words, of the groups judged so."""
    return [
        (group, mention)
        for group in groups
        for mention in group.mentions
        if group.is_wanted(mention) is wanted
        and mention.group not in COLLECTIVE
        and (not mention.everyday or (wanted and _plainly_wanted(text, group, mention, cues)))
    ]


def _is_single(group: Group, mention: Mention) -> bool:
    """Tell single goods, and collective words that have an amount of their own (消毒产品10箱)."""
    if mention.group not in COLLECTIVE:
        return True
    amount = group.amounts.get(mention)
    own = amount is not None and amount.per is None and bool(amount.unit or not amount.quantity)
    return own and mention.group != "collective"


def _blot_out(text: str, mentions: Sequence[Mention]) -> str:
    """Return the text with the goods blotted out, so that nothing inside a name is read."""
    chars = list(text)
    for m in mentions:
        chars[m.start : m.end] = _BLOT * (m.end - m.start)
    return "".join(chars)


def _hidden(part: re.Match[str]) -> str:
    """Return brackets of the same length with nothing to read inside."""
    return f"({'■' * (len(part[0]) - 2)})"


def _heads(text: str, mention: Mention) -> bool:
    """Tell whether a word names what is listed below or behind it (防护类:, 药品 规格 数量)."""
    if _HEADING.match(text, mention.end):
        return True
    broad = mention.group in COLLECTIVE or mention.name == "药品"
    if broad and _HEADING_LINE.search(text, max(0, mention.start - 6), mention.start):
        return text[mention.end : mention.end + 2].strip(" :")[:1] in {"", "\n"}
    return broad and _HEADING_CELL.match(text, mention.end) is not None


def _outside_details(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Return the goods without those in brackets behind others, which they only describe."""
    kept: list[Mention] = []
    closing = 0
    refused = [part.span() for part in _REFUSED.finditer(text)]
    for mention, following in zip(mentions, [*mentions[1:], None], strict=False):
        if mention.start < closing or _heads(text, mention) or _is_kind(text, mention, following):
            continue
        if any(start < mention.start < end for start, end in refused):
            continue
        kept.append(mention)
        detail = BRACKET.match(text, mention.end) or SIZES.match(text, mention.end)
        if detail and mention.group not in COLLECTIVE:
            closing = detail.end()
    return kept


def _is_kind(text: str, mention: Mention, following: Mention | None) -> bool:
    """Tell whether a word only says of which kind the goods behind it are (口罩: N95 800个)."""
    if following is None or mention.name == following.name:
        return False
    beside = _NAMES_KIND.fullmatch(text, mention.end, following.start) is not None
    return beside and following.name.endswith(mention.name)


def _plainly_wanted(text: str, group: Group, mention: Mention, cues: Cues) -> bool:
    """Tell whether an everyday word is goods: in a list, with an amount or beside asking."""
    if mention.end - mention.start == 1 and text[mention.start - 1 : mention.start] not in _MARKS:
        return right_before(text, mention.start)
    amount = group.amounts.get(mention)
    if amount and amount.unit:
        return True
    return (
        any(not m.everyday for m in group.mentions)
        or right_before(text, mention.start)
        or right_behind(cues, mention.end)
    )


def _each_once(text: str, chosen: Sequence[Choice]) -> list[Choice]:
    """Keep each good once, where its amount or a list stands, and no general word beside its kinds.

    Two names of a good in one group are two goods to the one who wrote them.
    """
    chosen = _without_aliases(text, chosen)
    size = Counter(group.chain for group, _ in chosen)

    def words(mention: Mention) -> str:
        detail = BRACKET.match(text, mention.end) or SIZES.match(text, mention.end)
        return text[mention.start : detail.end() if detail else mention.end]

    def rank(choice: Choice) -> tuple[bool, bool, bool, bool]:
        group, mention = choice
        amount = group.amounts.get(mention)
        total = amount is not None and amount.per in {None, "each"}
        return amount is not None, total, not words(mention).isascii(), size[group.chain] > 2

    kept: dict[str, Choice] = {}
    for choice in chosen:
        old = kept.get(choice[1].name)
        if old is None or rank(choice) > rank(old):
            kept[choice[1].name] = choice
    best = list(kept.values())
    seen = {words(mention) for _, mention in best}
    for group, mention in chosen:
        there, _ = kept[mention.name]
        own = mention in group.amounts and kept[mention.name][1] in there.amounts
        if (group is there or own) and words(mention) not in seen and not words(mention).isascii():
            seen.add(words(mention))
            best.append((group, mention))
        elif group is not there and _is_listed_again(text, kept[mention.name], group, mention):
            best.append((group, mention))
    best = _without_use(best)
    chains: dict[str, set[int]] = {}
    for name, (group, _) in kept.items():
        for tail in (name[i:] for i in range(1, len(name))):
            chains.setdefault(tail, set()).add(group.chain)
    return [
        (group, mention)
        for group, mention in best
        if mention in group.amounts or not chains.get(mention.name, set()) - {group.chain}
    ]


def _without_use(chosen: list[Choice]) -> list[Choice]:
    """Drop what each day or person uses up where a whole of the same good is asked for."""
    whole = {m.name for g, m in chosen if (its := g.amounts.get(m)) and its.per in {None, "each"}}

    def is_used(group: Group, mention: Mention) -> bool:
        amount = group.amounts.get(mention)
        used = amount is not None and amount.per in {"day", "person", "week"}
        return used and any(name.endswith(mention.name) for name in whole)

    return [choice for choice in chosen if not is_used(*choice)]


def _without_aliases(text: str, chosen: Sequence[Choice]) -> list[Choice]:
    """Drop the second of two names of one good that share an amount (防护眼镜/护目镜400)."""
    kept = list(chosen[:1])
    for (before, one), (group, other) in pairwise(chosen):
        its = group.amounts.get(other)
        alias = one.name == other.name and text[one.end : other.start] == "/"
        if not (alias and its and its.per != "each" and before.amounts.get(one) == its):
            kept.append((group, other))
    return kept


def _is_listed_again(text: str, first: Choice, group: Group, mention: Mention) -> bool:
    """Tell whether a good is asked for twice: by another facility, or in another row."""
    if _of_another_facility(text, first, group, mention):
        return True
    own = mention in group.amounts and first[1] in first[0].amounts
    return own and _in_another_row(text, first, group, mention)


def _in_another_row(text: str, first: Choice, group: Group, mention: Mention) -> bool:
    """Tell whether a good stands in two rows of a list, of two kinds or of two wards.

    Each row tells an amount of its own (医用防护服/二级/2000/套, 7病区:口罩400).
    """
    amounts = first[0].amounts[first[1]], group.amounts[mention]
    if amounts[0].quantity == amounts[1].quantity:
        return False
    rows = [text.rfind("\n", 0, m.start) + 1 for m in (first[1], mention)]
    if rows[0] == rows[1]:
        return False
    wards = [_OF_WARD.match(text, row) for row in rows]
    if all(wards):
        return len({ward[0] for ward in wards if ward}) > 1
    kinds = set()
    for row, m, amount in zip(rows, (first[1], mention), amounts, strict=True):
        if not _ROW_OPENS.fullmatch(text, row, m.start) or amount.start < m.end:
            return False
        kinds.add(text[m.start : amount.start].strip())
    return len(kinds) > 1


def _of_another_facility(text: str, first: Choice, group: Group, mention: Mention) -> bool:
    """Tell whether a good is listed again, with an amount of its own, for another facility."""
    first_group, first_mention = first
    first_amount, amount = first_group.amounts.get(first_mention), group.amounts.get(mention)
    if not first_amount or not amount:
        return False
    if (first_amount.quantity, first_amount.unit) == (amount.quantity, amount.unit):
        rows = [
            _FACILITY_ROW.search(text, text.rfind("\n", 0, at) + 1, at)
            for at in (first_mention.start, mention.start)
        ]
        return all(rows) and len({row[1] for row in rows if row}) == len(rows)
    before = _FACILITY.findall(text, 0, min(first_mention.start, mention.start))
    start, end = sorted((first_mention.start, mention.start))
    if ";" in text[start:end] and len(set(before)) > 1:  # two named before, then in short
        return any(name[:2] in text[text.rfind(";", start, end) : end] for name in before)
    between = _FACILITY.findall(text, start, end)
    return bool(between) and between[-1] not in before


def _without_standards(text: str, chosen: list[Choice]) -> list[Choice]:
    """Drop goods that only say which standard holds for others of their kind."""
    standards = {m for g, m in chosen if m not in g.amounts and _STANDARD.match(text, m.end)}
    others = [mention for _, mention in chosen if mention not in standards]
    kinds = {mention.name[-2:] for mention in others}

    def tells_more(mention: Mention) -> bool:
        if _SPECIFIED.search(text, max(0, mention.start - 60), mention.start):
            return not others
        bare = _BARE_STANDARD.match(text, mention.end) is not None
        return mention.name[-2:] not in kinds and not (bare and len(others) > 2)

    return [(g, m) for g, m in chosen if m not in standards or tells_more(m)]


def _alongside(text: str, group: Group, mention: Mention) -> bool:
    """Tell whether a collective word stands beside single goods as one more (手套和防护用品)."""
    at = group.mentions.index(mention)
    if mention.group == "collective" or not at:
        return False
    before = group.mentions[at - 1]
    return _ALONGSIDE.fullmatch(text, before.end, mention.start) is not None


def _collective(text: str, groups: Sequence[Group], single: Sequence[Choice]) -> list[Choice]:
    """Return the collective words that add to the single goods, of the group that says most."""
    there = {mention.group for _, mention in single}

    def adds(group: Group, mention: Mention) -> bool:
        if mention.group not in COLLECTIVE:
            return False
        if mention.everyday and not (group.wanted and right_before(text, mention.start)):
            return False
        return _alongside(text, group, mention) or not there & _COVERED.get(mention.group, there)

    candidates = []
    for group in groups:
        if group.wanted or (group.wanted is None and not single):
            adding = [mention for mention in group.mentions if adds(group, mention)]
            if adding:
                candidates.append((group, adding))
    if not candidates:
        return []
    group, adding = max(
        candidates, key=lambda c: (c[0].wanted is True, max(m.end - m.start for m in c[1]))
    )
    by_name = {(m.name, m.end - m.start): (group, m) for m in reversed(adding)}
    return list(by_name.values())
