"""Tell which numbers one is asked not to call: a text and its contacts go in, a yes or no each."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NOT = r"(?:不要|不用|不必|无需|不可|不能|不得|不宜|停止|切勿|请勿|千万别|莫|别|勿)"
_AGAIN = r"(?:再|继续|随便|随意|直接|反复)?"
_CALL = (
    r"(?:拨打|致电|打电话|打给(?=[他她它])|来电|联系|联络|打扰|骚扰|呼叫"
    r"|找(?=[他她这那])|拨|打|call|扰|加)"
)
_PLEA_BEFORE = re.compile(
    rf"(?P<clause>[^,。!?;\n]{{0,16}}?){_NOT}{_AGAIN}(?:给|向)?(?:[他她它]们?)?{_CALL}"
    r"(?P<gap>[^,。!?;\n改请]{0,14})$"
)
_ANOTHER = re.compile(r"改|换|请|拨|打|联系|、$|110|120|119|12320|12345")
_PLEA_BEHIND = re.compile(
    rf"(?P<clause>[^。!?;\n]{{0,40}}?){_NOT}{_AGAIN}(?:往[那这](?:里|儿|边)?|往|向|给)?(?:[他她它]们?|此|该|这个?)?"
    rf"(?:号码?|电话)?{_CALL}(?:这个|此|该|以上|上述)?(?:号码?|电话|手机|座机|人家?|她|他)?(?:别加|别打)?(?:询问|问询|追问|打听|[谈说问][\u4e00-\u9fff]{{1,6}})?[了啦哦呀哈吧啊谢]{{0,3}}(?:也?[没无]用)?"
    r"(?=[\s)\],。;!?~(]|$)"
)
_OUT_OF_USE = re.compile(
    r"[\s)(,:的—-]{0,3}(?:(?:这|那|此|该|原|旧)?(?:两个|几个|个)?(?:号码?|电话|手机|联系方式)[,]?)?"
    r"(?:均|都)?(?:已经|已|现已|现在|目前|早已|今日起|现)?(?:暂时|不再|作|被|经|欠费)?"
    r"(?:停用|停机|作废|注销|失效|弃用|废弃|空号|使用|打错|不用|报废|换号|是空号|是错的|有误|错误)[了,。;!)(\s]"
)
_WRONG = re.compile(
    r"[^\d,。;!?\n]{0,8}[,]?(?:已经?|都|就|打过去|拨过去|显示|提示){0,3}"
    r"(?:是空号|是假的|是骗子|不对|离职|调离|调走|调岗|不再?负责|打错了|[贴写发留印登]错[了的])(?=[了,。;!)(\s]|$)"
    r"|(?:是[^\d,。;!?\n]{1,16}的,)?(?:被|让)?[我他她]?们?[抄打贴写发留印登输]错(?:[了的]|一位|数字)"
    r"|(?:这|那|此)个?(?:号码?|电话)(?:都|已经?|快)?被?打爆了?,?(?:求放过|别打|不要再?打)"
    rf"|是[^\d,。;!?\n]{{1,12}}的,{_NOT}{_AGAIN}打给"
)
_WHOSE = re.compile(r"是[^,。;!?\n]{1,8}的(?:号码?|电话|手机)")
_CONDITION = re.compile(
    r"夜|晚|凌晨|午休|午间|中午|\d点|\d:\d|下班|上班|休息时|工作时间|工作日|周末|白天|平时|时段|没有|如无|若无|无物资|无货"
    r"|非捐|非物资|非医|非本|非工作|无关|媒体|记者|闲|诚|中介|厂家|推销|广告|(?<![没无]法)(?<!不能)看病|问诊|咨询|患者|家属|若不|如果不|不捐|个人"
)
_GOODS = re.compile(rf"(?:捐赠|捐物|捐助|物资|寄物)(?:的事|者|方)?(?:请|千万)?{_NOT}")
_ALL = re.compile(r"均|都|以上|上述|两个|几个|这些|全部")
_JOINED = re.compile(r"[\s、,;/和及与或]{0,3}")
_ID = re.compile(r"(?:[Qq]{1,2}|扣扣|[微薇]信|[VvWw][Xx]?|邮箱|邮件)(?:群?号码?)?[是为:\s]{0,3}$")
_THE_PHONE = re.compile(rf"(?:电话|手机)[^,。!?;\n]{{0,6}}{_NOT}")
_REACH = 56


def find_unwanted(text: str, contacts: Sequence[tuple[int, int]]) -> list[bool]:
    """Return for each contact whether the words around it ask not to call it.

    text: normalised. contacts: where they stand, in order, with their countries' codes. That
    one is asked not to call at night or without goods does not count.
    """
    unwanted: list[bool] = []
    for number, (start, end) in enumerate(contacts):
        last_end = max((e for _, e in contacts[:number] if e <= start), default=0)
        following = next((s for s, _ in contacts[number + 1 :] if s >= end), len(text))
        words = text[max(last_end, start - _REACH) : start]
        before = _is_asked_before(words) or _is_asked_around(words, text[end : end + 4])
        joined = number > 0 and bool(_JOINED.fullmatch(text, last_end, start))
        if joined and unwanted[-1] and not before:
            before = _is_asked_before(text[max(0, contacts[number - 1][0] - _REACH) : last_end])
            before = before or _is_list_before(text, contacts[:number])
        near = following < min(len(text), end + _REACH)
        words = text[end : min(following, end + _REACH)]
        behind = _is_asked_behind(words, goes_on=near)
        if behind and _THE_PHONE.search(words):  # an id is no phone
            behind = not _ID.search(text, max(last_end, start - 12), start)
        unwanted.append(before or behind)
    for number in range(len(contacts) - 1, 0, -1):
        start, end = contacts[number]
        words = text[end : end + _REACH]
        joined_to = contacts[number - 1]
        apart = text[joined_to[1] : start]
        if unwanted[number] and _ALL.search(words.partition("\n")[0]) and len(apart) <= 12:
            unwanted[number - 1] = True
    return unwanted


def _is_list_before(text: str, contacts: Sequence[tuple[int, int]]) -> bool:
    """Tell whether the first of contacts that follow each other directly is asked not to call."""
    start = contacts[-1][0]
    for (_, end), (begin, _) in zip(contacts[-2::-1], contacts[:0:-1], strict=False):
        if not _JOINED.fullmatch(text, end, begin):
            break
    return _is_asked_before(text[max(0, start - _REACH) : start])


def _is_asked_before(words: str) -> bool:
    """Tell whether `words`, which end at a number, ask not to call it."""
    clause = re.split(r"[,。!?;\n]", words)[-1]
    plea = _PLEA_BEFORE.search(clause)
    if not plea or _ANOTHER.search(plea["gap"]):
        return False
    return not _CONDITION.search(clause)


def _is_asked_around(before: str, behind: str) -> bool:
    """Tell whether the number between stands in such a plea (别再给护士长…打电话)."""
    clause = re.split(r"[,。!?;\n]", before)[-1]
    opened = re.search(rf"{_NOT}{_AGAIN}(?:给|向|往|对)[^,。]{{0,10}}$", clause)
    return bool(opened and re.match(_CALL, behind) and not _CONDITION.search(clause))


def _is_asked_behind(words: str, *, goes_on: bool) -> bool:
    """Tell whether `words`, which begin behind a number, ask not to call it.

    goes_on: another number stands right behind them: a plea that ends there is about that one.
    """
    if _OUT_OF_USE.match(words + "\n") or _WRONG.match(words):
        return True
    plea = _PLEA_BEHIND.match(words)
    if not plea or _ANOTHER.search(plea["clause"].replace("请", "")):
        return False
    if goes_on and plea.end() == len(words):
        return False
    # what donors are asked not to do is meant for who calls
    return bool(_GOODS.search(plea[0])) or not _CONDITION.search(_WHOSE.sub("", plea[0]))
