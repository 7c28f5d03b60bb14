"""Tell amounts that are there or in use from amounts wanted: a text and its amounts go in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from classifiers.goods.amounts import Amount

_THERE = re.compile(
    r"(?<![没未])已经?[^,。;!?\d]{0,10}(?:发|订|买|购|寄|调|拨|下单)[了到]?$|"
    r"(?:[剩存余]|(?<![要想可能请盼望求缺需])(?:寄|捐|送|拨|借|运|匀|发)(?:过?来|给我们)?的|(?<![\u4e00-\u9fff])现|(?<![谁位家])手[上头里]有|(?:我们|[科院队]里|我[院科]|本院|医院|[,;])有|借了|(?:靠|凭)着?|仓库有|柜里有|仅有|只有|现有|还有|尚有|已有|收到|到了|领到|分到|拿到|用完|捐[了出赠]|没有?|[找凑拿]不[出到]|仅够"
    r"|[送发寄运调拨捐]来了?|送了|(?:支|援)[援助]了|(?:昨[天日晚]|今早|上周|已经?)[^,。;\d]{0,6}(?:用[掉去了]|消耗了?)|库存|在途|最后(?=的?□*$)|[只仅才就][发给领分配]了?)[^,。!?;、\n\d]{0,3}$"
)
_AND_MORE = re.compile(r"□[^。!?\n]{0,16}[,、;]\s?还有□{0,8}$")
_LEFT_BEFORE = re.compile(r"(?:[仅只][剩有余]下?了?|库?存[有为:]?|现有|剩余):?□+$")
_NEXT = re.compile(r"[、,和及]\s?□+[:\s]?")
_A_HEAD = re.compile(
    r"(?:每人(?:每?[天班周次日]|一[天班周次])*(?=[只就才都得给共合轮用戴穿领分发到□])"
    r"|(?<![\d十百])[1-5一两二三四五几]个?人(?:每?[天班周次日]|一[天班周次])*)"
    r"(?:只|就|才|都|得|给|共|合|轮流|轮着|用|戴|穿|领|分|发|到|得到|□){0,6}$"
)
_WISH = re.compile(
    r"(?:希望|想要?|想请|求|需要?|缺|请|凑|备|按照?)(?:能|给|为|帮|大家|我们|队员|队里|准备|配){0,4}每人"
    r"[^。!?;\n]{0,24}$"
)
_WORN = re.compile(
    r"(?:要|得|只能|都|必须|能|需要|最多|反复|重复|连着|连续){0,3}(?:戴|穿|用|撑|顶|捂)[了着够上满]{0,2}"
    r"(?:到底|到坏|到破|很久|好久|整[天夜晚]"
    r"|[一二两三四五六七八九十几半好多整\d]{1,3}个?多?(?:天|日|班|小时|钟头|周|星期|礼拜|晚|夜|次|回))"
)
_STILL_LACKING = re.compile(
    r"(?:[^□\n]{0,16}[,;、\s(!。\-—|/])?(?:我们|[他她]们|我[院科]|自己|本[院科]|目前|现在?|大概|约|还|尚|仍|总|每[天日]|按[^,。;\d□]{2,8}?算)*"
    r"(?:缺口?|差|短缺|需求?|需要|急需|急缺|求|申[请领]|请领|[还想再]要|要|盼|请?补充?|拟补|[净实]缺|[再另][加补求来给需]|追加)(?:[还尚]?[有是为]|大?约|至少|达|量|[:\s])*"
)
_IN_ALL = re.compile(
    r"[,;、(\s]{0,2}(?:(?:备足?|储备|按)[\d一二两三四五六七八九十半]{1,3}个?[天日周月]算?的?)?"
    r"(?:(?:一|总)?共|[合总]计|总共|先|需求?|总)(?:求|要|需求?|需要|量|总量|数量|约|为|是|[:\s]){0,4}"
)
_NONE_THERE = re.compile(r"库存|现存|剩|为零|[现已]有|现□*$")
_PARTING = frozenset(",;、。\n")
_FEW = 5  # who wears or shares more than these speaks of what is needed
_ENDS = re.compile(r"(?:左右|以上)?(?:[^\w\u4e00-\u9fff]|$)")


def is_held(text: str, end: int, amount: Amount) -> bool:
    """Tell whether the amount of the goods that end at `end` is there, handed out or worn.

    text: normalised, goods blotted out. Of 一个N95戴两天 and 三个人一副护目镜 nobody needs one.
    """
    before = text[max(0, amount.start - 28) : amount.start]
    if _THERE.search(before[-8:]):
        return not _AND_MORE.search(before)
    if _LEFT_BEFORE.search(before):
        return True
    if _WISH.search(before):
        return False
    few = amount.quantity is not None and amount.quantity <= _FEW
    worn = _A_HEAD.search(before) or _WORN.match(text, max(end, amount.end))
    return few and worn is not None


def goes_on(text: str, end: int, amount: Amount) -> bool:
    """Tell whether an amount stands in one list with the held one that ends at `end`."""
    return _NEXT.fullmatch(text, end, amount.start) is not None


def listed_on(text: str, end: int, amount: Amount) -> bool:
    """Tell whether an amount before its good goes on a list whose last held good ends at `end`."""
    return text[end : amount.start].strip() in {"、", "和", "及", ","}


def in_all_beside(text: str, its: Amount, amounts: Sequence[Amount]) -> Amount | None:
    """Return the whole that is told behind what each person or day takes (每人2片,先要1200片)."""
    following = next((amount for amount in amounts if amount.start >= its.end), None)
    if following is None or its.per not in {"person", "day", "week"} or following.per:
        return None
    whole = _IN_ALL.fullmatch(text, its.end, following.start)
    return following if whole and following.unit == its.unit else None


def lacking_beside(text: str, end: int, following: int, amounts: Sequence[Amount]) -> Amount | None:
    """Return what of goods ending at `end` lacks beside what is there (库存20套,缺口200套).

    following: where the next goods start. amounts: those in between.
    """
    begin = end
    for amount in amounts:
        lacks = _STILL_LACKING.fullmatch(text, begin, amount.start)
        there = begin > end or _NONE_THERE.search(text, end, amount.start)
        apart = amount.end + 1 < following or text[amount.end : amount.end + 1] in _PARTING
        if there and lacks and apart and _ENDS.match(text, amount.end):
            return amount
        begin = amount.end
    return None
