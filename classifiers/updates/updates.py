"""Read what a post says of a need told before: enough, arrived, denied, whom to call, more, again.

Only the post's own words count, and none in quotation marks: what is quoted, somebody else said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from classifiers.goods.names import Mention, find_goods
from classifiers.need import Statement
from classifiers.reader import plain, reader, span

if TYPE_CHECKING:
    from spacy.tokens import Doc

_QUOTED = re.compile(r"[“\"「『][^“”\"「」『』\n]{2,200}[”\"」』]")
_SENTENCE = re.compile(r"[^。!?;…\n]{1,400}[。!?;…\n]?")
_CLAUSE = re.compile(r"[^,、:]{1,200}[,、:]?")
_QUESTION = re.compile(r"[吗么呢]?[?]\s?$|(?:吗|没有|与否|够不够|是不是|有没有)[。!,]?\s?$")
_OF_OTHERS = re.compile(
    r"(?:隔壁|对面|兄弟|其[他它]|别[的家]|另外?(?:一家|的)|附近的?)(?:\w{0,4}?)(?:医院|科室|病区|队)"
)
_UNREAL = re.compile(
    r"如果|要是|假如|万一|等到|直到|希望|但愿|盼|期待|什么时候|何时|几时|听说|据说|好像|似乎|应该|可能|以为"
)

_STILL = re.compile(
    r"(?:还|仍|依然|依旧|远|也|尚)(?:是|然|远|旧)?(?:很|非常|远远|十分|严重)?(?:不够|不足|紧缺|紧张|短缺|缺口|缺乏)"
    r"|不(?:太|怎么|是很)?够|杯水车薪|撑不(?:了|住)|缺口"
)
_NOT_ENOUGH = re.compile(
    r"不(?:太|怎么|是很|一定|能)?够|没(?:有)?够|未够|哪里?够|怎么够|够呛|受够|够不够|能够|够意思|够辛苦|够累|够难"
    r"|足够(?:的?(?:重视|耐心|勇气|信心|时间))|只够|刚够|才够|够用[一两三几\d]|够撑|够(?:用)?到|够[一两三几\d]"
    r"|不(?:需要?|用|要)(?:发票|捐款|钱|现金|感谢|表扬|担心|客气|害怕|谢)"
)
_ENOUGH = re.compile(
    r"够了|够用|足够|足(?:量|额)|充足|充裕|饱和|不(?:再)?缺(?!席)|(?<!没)有了|解决了|满足(?:了|需求|使用)?"
    r"|(?:不|无|毋)(?:再|用|须|必)?(?:需要?|要)?(?:再|继续)?(?:给?我们)?(?:寄|送|捐|募|发货|采购|支援|帮忙|转发|扩散)(?:来|过来|物资)?"
    r"|(?:不|无)(?:再)?(?:需要?|要)(?:了|啦|再)|用不(?:着|上)了?|(?:别|勿|甭)(?:再|继续)?(?:给?我们)?(?:寄|送|捐|募|发|转|扩散)"
    r"|(?:停止|暂停|终止|截止)(?:接[收受]|募集|募捐|捐赠|征集|收货|求助|对外)?"
    r"|(?:结束|关闭)(?:接[收受]|募集|募捐|捐赠|征集|收货|求助)|(?:募集|征集|求助)(?:已|到此)?(?:结束|截止|完成|停止)"
    r"|谢绝|婉拒|撤(?:销|回|下)|作废|取消(?:了)?(?:求助|募集|需求)?|删(?:除|掉|了)(?:求助|原)?|收(?:齐|满)了?|备齐|凑齐|齐了"
)
_NOT_ARRIVED = re.compile(
    r"没(?:有)?(?:收|到|拿|等|见)|未(?:收|到|能)|尚未|不曾|还没|迟迟"
    r"|收到(?:了|过)?(?:大家|您|你们|各位|很多|许多|好多|不少|无数|一[条个通])?(?:的)?(?:通知|消息|信息|私信|电话|回复|评论|来电|短信|任务|指令|命令|关心|关注|祝福|问候|鼓励|爱心|善意|留言|转发|微信)"
    r"|收到(?:后|的话|就|请|即|时|货后|才)|(?:能|可|会|将|再|可以|才能|就能|即可)(?:够)?收到"
    r"|预计|即将|快要?(?:到|收)|路上|途中|运输|在途|发货|寄出|发出|已发|揽收|派送|会到|将到|将会?(?:送|运)|明[天日]|后天|下周|争取|尽快|答应|承诺|说(?:会|要)"
)
_ARRIVED = re.compile(
    r"收到|收下|到货|签收|(?:送|寄|运|发)(?:到|达|来)(?:了|啦)?|到位|拿到|领到|抵达|入库|到手|收悉|收讫"
    r"|(?:物资|东西|货物?|快递|包裹|都|全部?|批|[\u4e00-\u9fff])(?:都|也|已经?|全)?到(?:了|啦|齐)"
)
_NOT_DENIED = re.compile(
    r"(?:不是|并非|绝非|非|没有|不信|别信|勿信)(?:什么)?(?:谣言|假|虚假|骗)|属实|如有虚假"
)
_DENIED = re.compile(
    r"不(?:属实|实(?:信息|消息|内容|言论|传言)?)|谣言|假(?:消息|信息|的|冒)|虚假|辟谣|误传|子虚乌有|编造|捏造"
    r"|(?:并|从)?(?:未|没有?)(?:对外)?(?:发布|发起|授权|委托|组织|征集|募集|发过|求助)(?:过|任何)?|(?:冒|盗)用|冒充|(?:与|和|跟)(?:我|本)[院科].{0,6}无关"
    r"|非(?:我|本)[院科]|诈骗|骗子|被骗"
)
_CALL = (
    r"(?:打(?!扰?气|扮|针|水|车|卡|招呼|算|包|开|动)|拨打?|致电|来电|电话|联系|联络"
    r"|加(?:微信|我|她|他)|发(?:短信|信息|私信)|打扰|骚扰|找)"
)
_DO_NOT_CALL = re.compile(
    r"(?:别|不要|请?勿|无需|不用|停止|不必|甭|莫)(?:再|都|给|往|向|直接|轻易|大家|继续|一直|频繁)*"
    rf"[^,。!?;]{{0,14}}?{_CALL}"
    r"|(?:号码?|电话|手机|微信)(?:已经?)?(?:停用|停机|作废|注销|失效|打爆|被打爆|占线)|勿扰|谢绝来电|不(?:再)?(?:方便)?接(?:听)?电话"
)
_NOT_CALLS = re.compile(r"(?:别|不要)(?:忘|犹豫|客气|吝|嫌|怕|着急|担心|光|只)")
_CHANGE = re.compile(
    rf"(?:改|换)(?:打|成|为|联系|找|拨|由|用|人)|转(?:打|拨|联系|给|接|交|找|[\u4e00-\u9fff]{{1,4}}[科部办])|(?:请|直接|统一|都|改|可以?|麻烦|有事|一律|以后){_CALL}"
    r"|联系(?:人|方式|电话)(?:已|电话|更换|变更|更改|更新|换|改|有变)|(?:新|另)(?:的|一个)?(?:联系人|电话|号码|联系方式|手机)"
    rf"|(?:以后|今后|后续|现在).{{0,8}}{_CALL}|由.{{1,10}}(?:负责|对接|接手|联系|统一)|(?:打|找|联系|拨).{{0,12}}(?:\d|科|办|主任|老师|护士长)"
)
_ONLY = re.compile(
    r"(?:只|仅|就|唯独|单)(?:剩|还|再|是|有)?(?:下)?(?:缺|差|需要?|要|收|没有?)|只剩下?"
)
_REST = re.compile(r"(?:其他|其它|其余|别的|剩下|另外的|余下)(?:的)?(?:物资|东西|都)?")
_AGAIN = re.compile(
    r"(?:又|再次|再度|重新|再一次)(?:快|都|全|要|开始|出现|面临)?(?:用完|用光|没|断|告急|见底|空|不够|缺|紧[缺张]|耗尽|撑不|求|短缺|消耗|需要|不足|吃紧)"
    r"|(?:用完|用光|耗尽|见底|消耗完|用没|发完)(?:了|啦)|需求(?:又|重新|再次)"
)
_MORE = re.compile(
    r"(?:还|另|又|也|再|并|同时|此外|另外)(?:外|再)?(?:急|很|特别|非常|想)?(?:需要?|缺|要|差|求|没有?)|追加|增加|新增|补充|提高|加到|增至|上调|(?:改|更新|变)(?:成|为)|急需|缺"
)
_ALL = re.compile(r"都|全|齐|所有|一切|物资|东西")
_PART = re.compile(
    r"部分|一批|[第首]一?批|先|一半|有些|少量|陆续|其中|几[个箱件套盒双支包]|\d|[一二三四五六七八九十百两]{1,4}[个箱件套盒双支包只副瓶]"
)

_CUES = (
    ("denied", _DENIED, _NOT_DENIED),
    ("do_not_call", _DO_NOT_CALL, _NOT_CALLS),
    ("contact_change", _CHANGE, _NOT_CALLS),
    ("enough", _ENOUGH, _NOT_ENOUGH),
    ("arrived", _ARRIVED, _NOT_ARRIVED),
    ("only", _ONLY, None),
    ("again", _AGAIN, None),
    ("more", _MORE, None),
)
_OF_GOODS = ("enough", "arrived")
_ALONE = ("denied", "do_not_call", "contact_change", "enough", "arrived", "again")
_SHORT = 200  # characters; who only says that it is enough says it in few words


def may_update(text: str) -> bool:
    """Tell whether a normalised text that no gate lets through may say that a need changed.

    Words of more or only go with goods, and those pass the gate.
    """
    return len(text) <= _SHORT and any(
        pattern.search(text) for effect, pattern, _ in _CUES if effect in _ALONE
    )


@reader("updates", after=("parts",))
def read_updates(doc: Doc) -> tuple[Statement, ...]:
    """Return what the post states of a need told before, in order, not what it asks or hopes."""
    text = plain(doc)
    own = list("\n" * len(text))
    for part in doc._.parts:
        if part.kind == "own":
            own[part.start : part.end] = text[part.start : part.end]
    words = _QUOTED.sub(lambda quoted: "\n" * len(quoted[0]), "".join(own))
    if not any(pattern.search(words) for _, pattern, _ in _CUES):
        return ()
    goods = find_goods(words)
    still = bool(_STILL.search(words))
    return tuple(
        span(
            doc,
            Statement,
            start,
            end,
            effect=effect,
            goods=tuple(dict.fromkeys(mention.name for mention in mentions)),
            part=part,
            rest=rest,
            still=still,
        )
        for effect, start, end, mentions, part, rest in _statements(words, goods)
    )


def _statements(
    words: str, goods: Sequence[Mention]
) -> Iterator[tuple[str, int, int, list[Mention], bool, bool]]:
    """Yield effect, place, goods, whether of a part, whether of all others, a clause each."""
    for sentence in _SENTENCE.finditer(words):
        if _QUESTION.search(sentence[0]):
            continue
        waiting: list[Mention] = []
        last: list[Mention] = []
        for clause in _CLAUSE.finditer(sentence[0]):
            start, end = sentence.start() + clause.start(), sentence.start() + clause.end()
            mentions = [m for m in goods if start <= m.start < end]
            effect = _effect(clause[0])
            if effect is None:
                waiting += mentions
                continue
            rest = bool(_REST.search(clause[0]))
            named = [] if rest and not mentions else waiting + mentions
            if not named and not rest and effect in _OF_GOODS:
                named = last  # 面膜够了，不要再寄
            last = named
            yield effect, start, end, named, bool(_PART.search(clause[0])), rest
            waiting = []


def _effect(clause: str) -> str | None:
    """Return what a clause states, None where it states nothing or does not say that it is so."""
    if _UNREAL.search(clause) or _OF_OTHERS.search(clause):
        return None
    for effect, pattern, exception in _CUES:
        if pattern.search(clause) and not (exception and exception.search(clause)):
            return effect
    return None
