"""Read what a post says of a need told before: enough, arrived, denied, whom to call, more, again.

The model tells by the whole post which of these is said, if any; the clauses tell of what. Only
the post's own words count, and none in quotation marks: what is quoted, somebody else said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from classifiers.goods.names import GENERAL, Mention, find_goods
from classifiers.need import Statement
from classifiers.normalise import normalise
from classifiers.parts import Part, split
from classifiers.reader import plain, reader
from classifiers.updates.cues import ARRIVED, CUES, ENOUGH, LACK, SOLVED, STOP
from classifiers.updates.features import GOODS, OTHERS, QUOTED, features, runs
from classifiers.updates.model import STOPS, model

if TYPE_CHECKING:
    from spacy.tokens import Doc

_SENTENCE = re.compile(r"[^。!?;…\n]{1,400}[。!?;…\n]*")
# A list says it by signs behind its goods, or before them: 隔离衣 ✅ N95 ❌.
_CLAUSE = re.compile(r"[^,、:✅❌]{1,200}[,、:✅❌]?|[✅❌][^,、:✅❌]{0,200}[,、:]?|[,、:]")
_STILL = re.compile(
    r"(?:还|仍|依然|依旧|远|也|尚)(?:是|然|远|旧)?(?:很|非常|远远|十分|严重)?(?:不够|不足|紧缺|紧张|短缺|缺口|缺乏)"
    r"|不(?:太|怎么|是很)?够|杯水车薪|撑不(?:了|住)|缺口"
)
_CALL = (
    r"(?:打(?!扰?气|扮|针|水|车|卡|招呼|算|包|开|动)|拨打?|致电|来电|电话|联系|联络"
    r"|加(?:微信|我|她|他)|发(?:短信|信息|私信)|打扰|骚扰|找|搵)"
)
_DO_NOT_CALL = re.compile(
    r"(?:别|不要|唔好|请?勿|无需|不用|停止|不必|甭|莫)(?:再|都|给|往|向|直接|轻易|大家|继续|一直|频繁)*"
    rf"[^,。!?;]{{0,14}}?{_CALL}"
    r"|(?:号码?|电话|手机|微信)(?:已经?)?(?:停用|停机|作废|注销|失效|打爆|被打爆|占线)|勿扰|谢绝来电|不(?:再)?(?:方便)?接(?:听)?电话"
)
_NOT_CALLS = re.compile(r"(?:别|不要)(?:忘|犹豫|客气|吝|嫌|怕|着急|担心|光|只)")
_CHANGE = re.compile(
    rf"(?:改|换)(?:打|搵|成|为|联系|找|拨|由|用|人)|转(?:打|拨|联系|给|接|交|找|[\u4e00-\u9fff]{{1,4}}[科部办])|(?:请|直接|统一|都|改|可以?|麻烦|有事|一律|以后){_CALL}"
    r"|联系(?:人|方式|电话)(?:已|电话|更换|变更|更改|更新|换|改|有变)|(?:新|另)(?:的|一个)?(?:联系人|电话|号码|联系方式|手机)"
    rf"|(?:以后|今后|后续|现在).{{0,8}}{_CALL}|由.{{1,10}}(?:负责|对接|接手|联系|统一)|(?:打|找|联系|拨).{{0,12}}(?:\d|科|办|主任|老师|护士长)"
)
_CALLS = re.compile(r"电话|号码?|打|拨|联系|铃|手机|座机|微信|找|问|私信|勿扰|接|\d{3}")
_CALLS_MORE = re.compile(r"放过|打爆|不接|接不|停[用止机]|睡(?!袋)|下夜班|空号|离职|调离|注销")
_ONLY = re.compile(
    r"(?:只|仅|就|唯独|单|净系|唯一)(?:剩|还|再|是|有|系)?(?:下|想)?(?:缺|差|需要?|要(?!是)|收(?!到)|等)|[只仅就]剩"
)
_EXCEPT = re.compile(
    r"除了?(?P<lacking>[^,。!?;]{1,16}?)(?:以外|之外|外|,)?(?=[其别都全]|,)|以外的?[都全均]"
)
_REST = re.compile(
    r"(?:其他|其它|其余|别的|剩下(?!的?也)|另外的|余下)(?:的)?(?:物资|东西|品类|都)?"
)
# What is asked for beside what is there: 防护服有的话还是要的, N95能不能再挤一点.
_WISHED = re.compile(
    r"有的话.{0,4}要|还是?[要收想]|能不能|(?:再|多)[挤匀备来]|要是能|倒是|没找|没有找|真没有|才是"
)
_SAME_AS_BEFORE = re.compile(r"不变|不动|照旧|照要|还是\d|除了|以外")
_EVERYTHING = re.compile(r"都|全|一切|所有|[两三四五]样")
_COUNTED = re.compile(r"[\d一二两三四五六七八九十百千万]\w?(?:已|都|也|先)?到(?![底时处期了])")
_PART = re.compile(
    r"部分|[第首头]?一批|先(?:来|到|收)|一半|有些|少量|陆续|其中|铺了个底|(?<!\d)\d+\s?[(]"
    r"|几[个箱件套盒双支包]"
)
_ROW = re.compile(r"^\s*(?P<name>[^|\d]{1,20})\|(?P<asked>\d{1,9})\|(?P<came>\d{1,9})\s*$")
_AMOUNT = re.compile(r"\d|[一两二三四五六七八九十百千]")
_MESSAGES = re.compile(
    r"收到[^,。!?;]{0,8}(?:通知|消息|信息|私信|电话|回复|评论|短信|任务|指令|命令|关心|祝福|问候|鼓励|心意|留言|请回)"
)
_BARE = re.compile(r"[✅✔√]|→到|[:：]齐")
_NOT_LACKING = re.compile(r"够(?:了|啦|喇|用)|充足|饱和|富余|不缺|不收")
_DONE = "收工"  # of who brought it, too
_HEAD = re.compile(r"[\u4e00-\u9fff]")
_BEFORE_HEAD, _BEHIND_HEAD = (
    r"(?:^|(?<=[,。!?;:、\n跟和同与啲那这]))",
    r"(?=[子儿都也和跟同与、,还就到来有够是真实])",
)
_GENERIC = frozenset(
    (
        *("医用", "一次", "次性", "一次性", "防护", "医疗", "急救", "儿童", "成人", "应急"),
        *("保暖", "消毒", "电动", "便携", "医院", "设备", "物资"),
    )
)
_FULFILLED = ("enough", "arrived")
_SHORT = 200  # characters; who only says that it is enough says it in few words
_SURE = 0.75  # probability of all stops together from which one is believed
_SURE_OF_NEWS = 0.6  # the same of what came, or whom to call instead, which stops no call
_NEWS = frozenset({"arrived", "contact_change"})
_ASKS_MORE = frozenset({"more", "again"})
_EASIER = 1.5  # so much more what asks for goods counts than none; it stops nothing
_BESIDE = 0.25  # part of all stops from which goods are spoken of beside whom to call
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


@dataclass(frozen=True, slots=True)
class _Words:
    """The own words of a post; quotes are blotted out of `told`; goods are (start, end, name)."""

    own: str
    told: str
    goods: Sequence[tuple[int, int, str]]


def may_update(text: str) -> bool:
    """Tell whether a normalised text that no gate lets through may say that a need changed."""
    if len(text) > _SHORT:
        return False
    return model().lets_through(runs(own_words(text).strip("\n")))


@reader("updates", after=("parts",))
def read_updates(doc: Doc) -> tuple[Statement, ...]:
    """Return what the post states of a need told before, in order, not what it asks or hopes."""
    return _read(plain(doc), doc._.original, doc._.parts, {})


def updates_of(text: str, wanted: Mapping[str, str]) -> tuple[Statement, ...]:
    """Return what a post states of a need, with its goods by the names that they have there.

    wanted: the name of each of the need's goods, by what they are called in its post; where it is
        empty, posts that only a need's goods will tell are "unsure".
    """
    words = normalise(text)
    return _read(words, text, split(words), wanted)


def own_words(words: str, parts: Sequence[Part] | None = None) -> str:
    """Return a normalised text with all that is not its author's own blotted out."""
    own = list("\n" * len(words))
    for part in split(words) if parts is None else parts:
        if part.kind == "own":
            own[part.start : part.end] = words[part.start : part.end]
    return "".join(own).translate(_LOWER)


def goods_spans(
    words: str, mentions: Sequence[Mention], wanted: Mapping[str, str]
) -> list[tuple[int, int, str]]:
    """Return where goods stand as (start, end, name), the need's own also in a shorter form.

    被子 of 棉被 stands for it, as does whatever two signs of one name share with no other.
    """
    spans = [(mention.start, mention.end, mention.name) for mention in mentions]
    taken = bytearray(len(words))
    known = set(wanted.values())
    for start, end, name in spans:
        if name in known:
            taken[start:end] = b"\1" * (end - start)
    for called, name in sorted(wanted.items(), key=lambda one: -len(one[0])):
        for start, end in _short_forms(words, called, wanted):
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                spans = [s for s in spans if s[1] <= start or s[0] >= end]
                spans.append((start, end, name))
    return sorted(spans)


def _short_forms(words: str, called: str, wanted: Mapping[str, str]) -> Iterator[tuple[int, int]]:
    """Yield where goods stand by the longest piece of their name that a text has."""
    others = [other for other in wanted if wanted[other] != wanted[called]]
    for length in range(len(called), 1, -1):
        pieces = {called[at : at + length] for at in range(len(called) - length + 1)}
        found = [
            (at.start(), at.end())
            for piece in pieces
            if piece not in _GENERIC and not any(piece in other for other in others)
            for at in re.finditer(re.escape(piece), words)
        ]
        if found:
            yield from found
            return
    for sign in (called[-1:], called[:1]):
        if not _HEAD.match(sign) or any(sign in other for other in others):
            continue
        bare = re.compile(rf"{_BEFORE_HEAD}{sign}{_BEHIND_HEAD}")
        found = [at.span() for at in bare.finditer(words)]
        if found:
            yield from found
            return


def _read(
    text: str, original: str, parts: Sequence[Part], wanted: Mapping[str, str]
) -> tuple[Statement, ...]:
    own = own_words(text, parts)
    if not model().lets_through(runs(own.strip("\n"))):
        return ()
    named = {normalise(called): name for called, name in wanted.items()}
    words = _Words(
        own=own,
        told=QUOTED.sub(lambda quoted: "\n" * len(quoted[0]), own),
        goods=goods_spans(own, find_goods(own), named),
    )
    kinds = _kinds(model().probabilities(described_as(own, words.goods, named)))
    if not kinds or (kinds == ["arrived"] and not words.goods and _MESSAGES.search(words.told)):
        return () if wanted else (_unsure(words, original),)
    if kinds[0] == "arrived" and _says_stop(words.told):
        kinds[0] = "enough"  # 都收到了，不用再寄
    still = bool(_STILL.search(words.told))
    return tuple(
        Statement(
            text=original[start:end],
            start=start,
            end=end,
            effect=effect,
            goods=tuple(dict.fromkeys(goods)),
            part=part,
            rest=rest,
            still=still,
        )
        for effect, start, end, goods, part, rest in sorted(
            _statements(kinds, words), key=lambda one: one[1]
        )
    )


def _unsure(words: _Words, original: str) -> Statement:
    """Return that a post may say something of a need, which only its goods will tell."""
    start, end = _whole(words.told)
    return Statement(
        text=original[start:end],
        start=start,
        end=end,
        effect="unsure",
        goods=tuple(dict.fromkeys(name for _, _, name in words.goods)),
    )


def _kinds(chances: Mapping[str, float]) -> list[str]:
    """Return what is said, the likeliest first; one post may say what is enough and whom to call.

    That goods are here and that they suffice are close, so that both speak for either.
    """
    here = max(_FULFILLED, key=lambda one: chances[one])
    sums = {one: chance for one, chance in chances.items() if one not in _FULFILLED}
    sums[here] = sum(chances[one] for one in _FULFILLED)
    # All stops together tell whether something stops, the likeliest of them what.
    stopped = sum(chances[one] for one in STOPS)
    stop = max((one for one in sums if one in STOPS), key=lambda one: sums[one])
    is_stop = stopped >= (_SURE_OF_NEWS if stop in _NEWS else _SURE)
    others = {
        one: chance * (_EASIER if one in _ASKS_MORE else 1)
        for one, chance in sums.items()
        if one not in STOPS
    }
    likeliest = stop if is_stop else max(others, key=lambda one: others[one])
    if likeliest in ("do_not_call", "contact_change") and sums[here] >= _BESIDE * stopped:
        return [here, likeliest]
    return [likeliest] if likeliest != "none" else []


def _says_stop(told: str) -> bool:
    """Tell whether what arrived is all that is wanted: nothing more is to be sent."""
    return any(
        (STOP.search(clause.replace(_DONE, "")) or _NOT_LACKING.search(clause))
        and not LACK.search(clause)
        for _, _, clause in _clauses(told)
    )


def described_as(
    own: str, spans: Sequence[tuple[int, int, str]], wanted: Mapping[str, str]
) -> np.ndarray:
    """Return the features of a post's own words, told by the goods that a need wants.

    Where no need is known (wanted is empty), all goods count as those of one.
    """
    shift = len(own) - len(own.lstrip("\n"))
    names = tuple(wanted.values())
    signed = [
        (start - shift, end - shift, GOODS if not names or _is_of(name, names) else OTHERS)
        for start, end, name in spans
        if start >= shift
    ]
    return features(own.strip("\n"), signed)


def _is_of(name: str, names: Sequence[str]) -> bool:
    """Tell whether goods are of a need: 口罩 stands for its N95口罩 and back, 物资 for any."""
    return name.endswith(GENERAL) or any(
        name.endswith(other) or other.endswith(name) for other in names
    )


_Said = tuple[str, int, int, list[str], bool, bool]


def _statements(kinds: Sequence[str], words: _Words) -> list[_Said]:
    """Return effect, place, goods, whether of a part, whether of all others."""
    kind = kinds[0]
    calls = list(_of_calls(words.told))
    if kind in _FULFILLED:
        return [*_of_goods(kind, words), *(c for c in calls if c[0] in ("do_not_call", *kinds))]
    if kind in ("do_not_call", "contact_change"):
        if not _CALLS.search(words.told):
            return []
        if any(effect == kind for effect, *_ in calls):
            return calls
        return [*calls, (kind, *_whole(words.told), [], False, False)]
    goods = [name for _, _, name in words.goods]
    if kind == "again":
        goods = _lacking(words) or goods
    elif kind == "more":
        goods = [
            name
            for start, end, clause in _clauses(words.told)
            if not _SAME_AS_BEFORE.search(clause)
            for at, _, name in words.goods
            if start <= at < end
        ]
    start, end = _whole(words.told)
    return [(kind, start, end, [] if kind == "denied" else goods, False, False)]


def _whole(told: str) -> tuple[int, int]:
    """Return where the words begin and end that are not blotted out."""
    stripped = told.strip(" \n")
    start = told.find(stripped)
    return start, start + len(stripped)


def _of_calls(told: str) -> Iterator[_Said]:
    """Yield whom not to call, and whom instead, a clause each."""
    for start, end, clause in _clauses(told):
        if _NOT_CALLS.search(clause):
            continue
        if _DO_NOT_CALL.search(clause) or _CALLS_MORE.search(clause):
            yield "do_not_call", start, end, [], False, False
        if _CHANGE.search(clause):
            yield "contact_change", start, end, [], False, False


def _clauses(told: str) -> Iterator[tuple[int, int, str]]:
    for sentence in _SENTENCE.finditer(told):
        for clause in _CLAUSE.finditer(sentence[0]):
            start = sentence.start() + clause.start()
            yield start, start + len(clause[0]), clause[0]


def _lacking(words: _Words) -> list[str]:
    return [
        name
        for start, end, clause in _clauses(words.told)
        if LACK.search(clause) or CUES["again"].search(clause)
        for at, _, name in words.goods
        if start <= at < end
    ]


def _of_goods(kind: str, words: _Words) -> list[_Said]:
    """Return of which goods it is said that they are there, of which that they are lacking.

    Goods wait for the next clause that says either; a clause that names none speaks of the last.
    """
    said: list[_Said] = []
    waiting: list[str] = []
    last: list[str] = []
    for start, end, clause in _clauses(words.told):
        mentions = [name for at, _, name in words.goods if start <= at < end]
        effect, part, rest = _of_clause(kind, clause, bool(mentions or waiting))
        if effect is None:
            waiting += mentions
            continue
        if effect == "more" and _REST.search(clause):
            said.append((effect, start, end, mentions, False, False))
            continue  # 别的还得等: what waits is no part of it
        named = waiting + mentions
        if not named and not rest:
            named = last
        said.append((effect, start, end, named, part, rest and not mentions))
        last, waiting = named, []
    if not any(one[3] for one in said):  # else of what is named last nothing is said
        said.append((kind, *_whole(words.told), waiting, False, False))
    everything = [one for one in said if one[0] == kind and not one[3] and _is_of_all(words, one)]
    if everything and len(said) > len(everything) and all(one[0] == kind for one in said):
        return everything
    return _without_bare(kind, said)


def _is_of_all(words: _Words, one: _Said) -> bool:
    clause = words.told[one[1] : one[2]]
    return bool(_EVERYTHING.search(clause) and STOP.search(clause))


def _of_clause(kind: str, clause: str, names: bool) -> tuple[str | None, bool, bool]:
    """Return what a clause says of goods, whether of a part, whether of all others.

    names: whether it names goods, or those before it wait to be spoken of. "more" and "only": that
    these are lacking.
    """
    row = _ROW.match(clause)
    if row:
        came, asked = int(row["came"]), int(row["asked"])
        return (kind if came else "more"), 0 < came < asked, False
    if names and (_EXCEPT.search(clause) or _ONLY.search(clause)):
        return "only", False, False
    is_over = STOP.search(clause) or SOLVED.search(clause)
    if (LACK.search(clause) or _WISHED.search(clause)) and not is_over:
        if names:
            return "more", False, False
        return (kind, True, False) if _AMOUNT.search(clause) else (None, False, False)
    if is_over or any(cue.search(clause) for cue in (ENOUGH, ARRIVED, _BARE, _COUNTED)):
        return kind, bool(_PART.search(clause)), bool(_REST.search(clause))
    return None, False, False


def _without_bare(kind: str, said: list[_Said]) -> list[_Said]:
    """Return what is said but for clauses of no goods (谢谢，收到了) where others name some."""
    lacking = {name for one in said if one[0] != kind for name in one[3]}
    here = {name for one in said if one[0] == kind for name in one[3]}
    if not here - lacking:
        return said
    return [one for one in said if one[0] != kind or one[3] or one[5]]
