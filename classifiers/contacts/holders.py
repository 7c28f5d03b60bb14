"""Tell whom a number reaches: contacts of a text go in, person and role of each come out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from classifiers.contacts.people import NOBODY, Person, parse, surnames
from classifiers.need import Form

_CALLED = (
    r"联系|手机|微信|[薇威Vv]信|电话|号码|方式|方法|座机|热线|咨询|捐赠|小灵通|QQ|VX|vx|[Tt][Ee][Ll]"
    r"|私人|其|他|她|的|号|是|为|同号|本人|邮箱|电邮|[Ee]-?mail|吧|即可|就行|就好|就是|写"
)
_PICTURE = r"\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f300-\U0001faff"
_GAP = re.compile(
    rf"(?:[\s:,;(、/\-—?.】【|~*>=_{_PICTURE}]|(?<![接签])收(?=[\s,:;])|{_CALLED}"
    r"|\((?:手机|电话|座机|微信|办|办公|宅|内线|长号|短号)\))*$"
)
_PAUSE = re.compile(r"[,;、\n]")
_PHONE_WORD = re.compile(r"手机|[微薇威Vv]信|电话|号码|方式|座机|热线|[Tt][Ee][Ll]|QQ|VX|vx")
_DETAIL = re.compile(r"\(([^()\n]{1,24})\)$")
_BRACKET = re.compile(r"\s?[(\[]([^()\[\]\n]{1,20})[)\]]")
_BEHIND = re.compile(
    rf"(?P<gap>[\s\-—,、{_PICTURE}]{{0,3}}(?:(?:就好|就行|即可|都行),)?"
    r"(?P<asked>请?找|联系人[是:]?|请?联系|[她他]叫|机主[是为叫]?|(?:也|都|就)?是)?\s?)"
    r"(?P<words>[\u4e00-\u9fff]{2,9}?)[收的]?(?![\u4e00-\u9fff])"
)
_SURNAME_OF = re.compile(
    r"姓(?P<behind>[\u4e00-\u9fff]{1,2})(?=[,。;\s)的])|(?<![\u4e00-\u9fff])(?P<name>[\u4e00-\u9fff]{1,2})姓(?=[,。;称])"
)
_WROTE = re.compile(r"回信|来[电信]|留言|求助|发[帖文]")
_OFFICE = re.compile(r"(?:热线|总机|客服|值班)[^,。;!?\n]{0,6}$")
_TOLD = re.compile(r"(?=[,。;!?:\s(]|说|称|就[行好]|即可|回信|来[电信]|反映|留言|求助|发[帖文])")
_SAME_NUMBER = re.compile(
    r"[\s,]{0,2}\(?(?:微信同号|同微信|微信同|电话同微信|同号|[Vv][Xx]同号?)\)?(?=[\s,、:—-])"
)
_SURNAME = re.compile(r"我?姓([\u4e00-\u9fff]{1,2})")
_BESIDE = re.compile(r"[\s]?(?:[/、,]|或者?|和)\s?(?:微信|QQ|电话|手机|座机)?[:\s]?")
_ENDS = re.compile(r"收?\s*(?:[,;。!、)\n@#]|[-—~]{2}|$)")
_TO_NEXT = re.compile(r"[\s:(\-—?]*(?:联系|手机|电话|微信|座机|号码|号|:|\s)*")
_CARRIES_ON = re.compile(
    r"(?:\((?:微信|同微信|微信同号|同号|手机|24小时)\))?[\s,、/;或及和|]{0,12}"
    r"(?:也可以?|或者?)?(?:加|发)?(?:办公|备用|企业)?\(?"
    r"(?:微信|QQ|手机|电话|座机|邮箱|电邮|[Ee]-?mail|[Vv][Xx]|办|办公|宅)?号?码?[\s:)]{0,3}"
)
_OPENS = re.compile(r"(?:^|[\n。!?;:,】])\s*$")
_VALUE_END = re.compile(r"[\s,;、/(\d。]")
_TITLES = ("女士", "先生", "小姐", "老师", "阿姨", "师傅", "大姐", "大哥", "老板")
_REACH = 40
_POST_REACH = 160
_POST = 10
_LABEL = 12


def find_persons(text: str, contacts: Sequence[tuple[int, int]], form: Form) -> list[Person]:
    """Return who answers each contact, NOBODY where the post does not say.

    contacts: where they stand in the normalised text, in order. A number that another follows
    directly shares its person; what is labelled in a form counts where nobody is named beside.
    """
    holders: list[Person] = []
    free = 0
    for number, (start, end) in enumerate(contacts):
        last = contacts[number - 1] if number else None
        if last == (start, end):
            holders.append(holders[-1])
            continue
        following = next((s for s, _ in contacts[number + 1 :] if s >= end), None)
        who = _before(text, max(free, start - _REACH), start)
        behind, used = _behind(text, end, following)
        begin, free = free, end if who.name and behind.name and not behind.called else used
        if behind.called or (who.name is None and behind.name):
            who = behind._replace(role=behind.role or who.role)
        elif who.role is None and behind.role:
            who = who._replace(role=behind.role)
        alone = who.name is None and who.role is None
        if alone and last and _CARRIES_ON.fullmatch(text, last[1], start):
            who = holders[-1]
        elif alone:
            who = _introduced(text, max(begin, start - _POST_REACH), start)
        if who.name is None:
            labelled = _from_form(text, form, last[1] if last else 0, start, end)
            who = labelled._replace(role=who.role or labelled.role) if labelled.name else who
        beside = last and behind.name and _BESIDE.fullmatch(text, last[1], start)
        if beside and holders[-1] is NOBODY:
            holders[-1] = who
        holders.append(who)
    return holders


def _before(text: str, left: int, start: int) -> Person:
    """Return who is named before a contact, a detail in brackets behind the name included."""
    gap = _GAP.search(text, left, start)
    end = gap.start() if gap else start
    detail = _DETAIL.search(text, left, end)
    bracketed = NOBODY
    if detail:
        bracketed = _whole(text, detail.start(1), detail.end(1))
        end = detail.start()
    who = parse(text, left, end)
    between = text[end:start] if not detail else text[detail.end() : start]
    pause = _PAUSE.search(between)
    opens = _OPENS.search(text, 0, who.start) and _is_called_by_title(text, who)
    sure = who.called or opens
    if pause and not sure and not _PHONE_WORD.search(between, pause.start()):
        return NOBODY
    if who.name is None:
        return bracketed if bracketed.name else who
    return who._replace(role=who.role or bracketed.role)


def _introduced(text: str, left: int, start: int) -> Person:
    """Return who was introduced last in the words before a contact that names nobody."""
    last = NOBODY
    if _OFFICE.search(text, max(left, start - _LABEL), start):
        return NOBODY
    for stop in _TOLD.finditer(text, left, start):
        who = parse(text, max(left, stop.start() - _LABEL * 2), stop.start())
        wrote = who.role and _WROTE.match(text, stop.start())
        if who.name and (who.called or wrote or (who.role and who.role < who.name)):
            last = who
    for stated in _SURNAME_OF.finditer(text, left, start):
        group = "behind" if stated["behind"] else "name"
        if stated[group] in surnames() and (last.name is None or last.name[0] < stated.start()):
            last = Person(stated.span(group), None, stated.start())
    return last


def _is_called_by_title(text: str, who: Person) -> bool:
    """Tell whether a name has a title or a form of address."""
    if who.name is None:
        return False
    return who.role is not None or _is_titled(text, who)


def _behind(text: str, end: int, following: int | None) -> tuple[Person, int]:
    """Return who is named behind a contact and where the words that are used up end."""
    stop = min(len(text), end + _REACH) if following is None else following
    same = _SAME_NUMBER.match(text, end, stop)
    end = same.end() if same else end
    bracket = _BRACKET.match(text, end, stop)
    if bracket:
        who = _bracketed(text, *bracket.span(1))
        return who, end if who is NOBODY else bracket.end()
    words = _BEHIND.match(text, end, stop)
    if not words:
        return NOBODY, end
    who = _whole(text, words.start("words"), words.end("words"))
    titled = who.name is not None and (who.role is not None or _is_titled(text, who))
    ends = words["gap"] and _ENDS.match(text, words.end())
    sure = titled and ends if re.search("[,、]", words["gap"]) else titled or ends
    asked = bool(words["asked"]) and not words["asked"].endswith("是") and bool(ends)
    if who.name is None or not (sure or asked):
        return NOBODY, end
    who = who._replace(called=asked)
    if following is not None and _TO_NEXT.fullmatch(text, words.end(), following):
        return NOBODY, end
    return who, words.end()


def _bracketed(text: str, start: int, end: int) -> Person:
    """Return who is named in brackets behind a contact."""
    surname = _SURNAME.fullmatch(text, start, end)
    if surname:
        return Person(surname.span(1), None, start)
    for first, last in _pieces(text, start, end):
        who = _whole(text, first, last)
        if who.name or who.role:
            return who
    return NOBODY


def _is_titled(text: str, who: Person) -> bool:
    """Tell whether a name ends in a form of address."""
    return who.name is not None and text[: who.name[1]].endswith(_TITLES)


def _whole(text: str, start: int, end: int) -> Person:
    """Return who is named where the name and role are all that stands there."""
    while start < end and text[start] == " ":
        start += 1
    while start < end and text[end - 1] == " ":
        end -= 1
    who = parse(text, start, end)
    return who if who.start == start and (who.name or who.role) else NOBODY


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches between commas."""
    for match in re.finditer(r"[^,、;/]+", text[start:end]):
        yield start + match.start(), start + match.end()


def _from_form(text: str, form: Form, last: int, start: int, end: int) -> Person:
    """Return the person and work that a form's labels name, for the first contact beside them.

    last: where the contact before ends.
    """
    if form.kind in {None, "patient"}:
        return NOBODY
    people = form.of("person")
    before = [field for field in people if last < field.start < start]
    if before:
        field = before[-1]
    elif len(people) == 1 and 0 <= people[0].start - end <= _LABEL:
        field = people[0]
    else:
        return NOBODY
    stop = _VALUE_END.search(text, field.start, field.end)
    who = _whole(text, field.start, stop.start() if stop else field.end)
    if who.name is None:
        return NOBODY
    posts = [post for post in form.of("post") if post.end - post.start <= _POST]
    if who.role is None and len(posts) == 1:
        return who._replace(role=(posts[0].start, posts[0].end))
    return who
