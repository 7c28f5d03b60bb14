"""Read who speaks: "firsthand" where medics speak of themselves, else "passed on"."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from classifiers.reader import reader
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
_RESIDENT = re.compile(
    r"我们(?:这里|这边|这儿|这个|那里|家乡|老家|小城|县城|县|市|省|[\u4e00-\u9fff]{2,3}[市县省人])|我的?家乡|老家|老百姓|我是[\u4e00-\u9fff]{2,3}人"
)
_LITTLE = 5  # letters; a repost with fewer of its own only hands on
_NEWS = re.compile(r"【[^】]{6,60}】")


@reader("voice", after=("parts", "facilities", "features"), empty=None)
def read_voice(doc: Doc) -> str:
    """Return "firsthand" or "passed on", judged by the author's own words.

    Words behind `//@name:` are others' words, so a bare repost is passed on whatever they say.
    Where no rule speaks, the model decides.
    """
    own = "\n".join(part.text for part in doc._.parts if part.kind == "own")
    if len(own.strip()) < _LITTLE:
        return "passed on"
    if _listed("voice_passed_on").search(own):
        return "passed on"
    if says_i_am_medic(own):
        return "firsthand"
    if _NEWS.match(own.lstrip()):
        return "passed on"
    if _listed("voice_firsthand").search(own) or (
        _OUR_WARD.search(own) and not _RESIDENT.search(own)
    ):
        return "firsthand"
    speaks_as_one = any(
        facility.concerned for facility in doc._.facilities
    ) and not _RESIDENT.search(own)
    if speaks_as_one and (_WE_LACK.search(own) or _LOOK_AT_US.search(own)):
        return "firsthand"
    return "firsthand" if model().speaks_firsthand(doc._.features) else "passed on"


def says_i_am_medic(words: str) -> bool:
    """Tell whether somebody says of themselves that they are medical staff."""
    return _I_AM.search(words) is not None


@cache
def _listed(name: str) -> re.Pattern[str]:
    """Return a pattern of the words of a lexicon."""
    words = sorted(read_words(f"lexicons/{name}.txt"), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))
