"""Tell whom a number reaches: contacts of a text go in, person and role of each come out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from classifiers.contacts.people import NOBODY, Person, is_of_work, is_unheard_of, parse, surnames
from classifiers.need import Form

_CALLED = (
    r"联系|手机|微信|[薇威Vv]信|电话|号码|方式|方法|座机|热线|咨询|捐赠|小灵通|QQ|VX|vx|[Tt][Ee][Ll]"
    r"|私人|其|他|她|的|号|是|为|同号|本人|邮箱|电邮|[Ee]-?mail|吧|即可|就行|就好|就是|写"
    r"|来电|固话|专线|直线|手提|短信|那边|这边|接听?|负责|对接|收货|接收|值守|打|加|拨"
    r"|亲自|我的?(?=[微薇Vv手电QWw号联])|(?<=.)(?:白天|晚上|夜间|夜里|上午|下午|早上|周末|平时)(?=[\s:]|\(?$)"
    r"|留(?:个|下|的)|统一|专门|全程|临时|专人|[要在](?=[:\s])|拿|牵头|转"
    r"|(?:这?[两几]个)?号?都是我的?"
)
_PICTURE = r"\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f300-\U0001faff"
_GAP = re.compile(
    rf"(?:[\s:,;(、/\-—?.】【|~*>=_\"“”「」{_PICTURE}]|(?:填写|整理|登记|核实|发布|提供|汇总|转发|反映|留)(?=\()|(?<![接签])收(?=[\s,:;])|{_CALLED}"
    r"|\((?:手机|电话|座机|微信|办|办公|宅|内线|长号|短号)\))*$"
)
_STILL_THEM = re.compile(
    r"[\s(,;—-]{0,3}(?:(?:也|还|仍|依然|同样|都|还都)(?:是|找|归|打给){1,2}|同|(?=同一))(?:她|他|本人|我|同一个?人)"
    r"(?:的|接|本人)?(?=[\s),。;!?]|$)"
)
_ANOTHERS = re.compile(r"\d\s?,?\s?(?:不是|并非)(?:她|他|本人|同一个?人)")
_THANKS = re.compile(r"(?:感谢|谢谢|多谢|据|听)[^,。;!?\n]{0,8}$")
_LABELS = (
    r"(?:办公|备用|企业|固定|值班|私人|移动|常用|工作)?"
    r"(?:备用|微信|QQ|扣扣|手机|电话|座机|固话|邮箱|电邮|[Ee]-?mail|[Vv][Xx]|[Tt][Ee][Ll]|小灵通|热线|办|办公|宅|短号|长号"
    r"|邮件|[手微办](?=:))(?:也?同?号码?)?"
)
_PAUSE = re.compile(r"[,;、\n]")
_PHONE_WORD = re.compile(r"手机|[微薇威Vv]信|电话|号码|方式|座机|热线|[Tt][Ee][Ll]|QQ|VX|vx")
_DETAIL = re.compile(r"\(([^()\n]{1,24})\)$")
_BRACKET = re.compile(r"\s?[(\[]([^()\[\]\n]{1,40})[)\]]")
_ANSWERS = re.compile(r"(?:本人|亲自)?接听?$")
_BEHIND = re.compile(
    rf"(?P<gap>[了就\s\-—,;、{_PICTURE}]{{0,3}}(?:(?:就好|就行|即可|都行),)?"
    r"(?P<asked>请?找|联系人[是:]?\s?|请?联系|[她他]叫|机主[是为叫]?|请?转交?给?|交给?|(?:也|都|就|均|全)?[是为]|(?:群主|管理员|[负对经接收][责接办收][人者])[:是为])?\s?"
    r"(?:[\u4e00-\u9fff]{1,14}[科部室办处院组库会站队心]\s)?)"
    r"(?P<words>[\u4e00-\u9fff]{2,14}?)(?:收|的|接的?|接听|本人)?(?![\u4e00-\u9fff])"
)
_SURNAME_OF = re.compile(
    r"姓(?P<behind>[\u4e00-\u9fff]{1,2})(?=[,。;\s)的])|(?<![\u4e00-\u9fff])(?P<name>[\u4e00-\u9fff]{1,2})姓(?=[,。;称])"
)
_WROTE = re.compile(r"回信|来[电信]|留言|求助|发[帖文]")
_WRITER = re.compile(r"(?:我是|我叫|本人是?)[^,。;!?\n]{0,20}[的院科室]$")
_OF_KIN = re.compile(
    r"我(?:家|们)?(?:妈|爸|婆婆|公公|爷爷|奶奶|姐|哥|弟|妹|爱人|老[公婆]|同事)[妈爸姐哥弟妹]?的[^,。;!?\n]{0,6}$"
)
_MINE = re.compile(
    r"(?:联系|找|加|打给|打|发给)我(?:本人|自己)?(?:的?[微手电号信机话码]{0,4})[:\s]{0,2}$"
)
_OFFICE = re.compile(r"(?:热线|总机|客服|值班)[^,。;!?\n]{0,6}$")
_TOLD = re.compile(
    r"(?=[,。;!?:\s(]|[驻替代]|就?在[那这]|说|称|就[行好]|即可|回信|来[电信]|反映|留言|求助|发[帖文])"
)
_SAME_NUMBER = re.compile(
    r"[\s,]{0,2}\(?(?:微信同号|同微信|微信同|电话同微信|同号|[Vv][Xx]同号?)\)?(?=[\s,、:—-]|(?<=\))[\u4e00-\u9fff])"
)
_I_AM = re.compile(r"(?:我|本人|机主)(?:是|叫)")
_FOREIGN_NAME = re.compile(r"(?!Wechat|Whats|Tel|Mobile|Phone|Line|Cell)[A-Z][a-z]{2,14}")
_SURNAME = re.compile(r"我?姓([\u4e00-\u9fff]{1,2})")
_BY_SURNAME = re.compile(
    r"[\s,(]{0,2}(?:机主|本人|她|他|我|联系人)?姓([\u4e00-\u9fff]{1,2}?)(?=[,。;\s)、]|$)"
)
_ENDS = re.compile(r"收?\s*(?:[,;。!、()\n@#]|[-—~]{2}|$)")
_TO_NEXT = re.compile(r"[\s:(\-—?]*(?:联系|手机|电话|微信|座机|号码|号|:|\s)*")
_NEXT_PERSON = re.compile(
    r"[\s,;。、|]{0,4}(?:联系|对接|负责|接收|收货|收件)人[是:\s]{0,2}[^,;。\n\d:]{1,12}[,\s;(]{1,2}"
    r"(?:联系)?(?:电话|手机|微信|座机|方式|号码?)[号码是为:\s]{0,4}"
)
_CARRIES_ON = re.compile(
    r"(?:\((?:微信|同微信|微信同号|同号|手机|24小时)\))?[\s,、/;或及和|【\[(]{0,12}(?:致电|拨打|来电|打不通就?发?|打不通打)?"
    r"(?:(?<=\n)\(?[一二三四五六七八九十\d]{1,2}[、.)]\s?)?"
    r"(?:白天|晚上|夜间|夜里|上午|下午|早上)?[\s,;)]{0,2}"
    rf"(?:也可以?|或者?|or\s)?(?:加|发)?\(?(?:{_LABELS}|(?:发)?邮件)?号?码?[\s:是为至到给】\])→>]{{0,4}}"
)
_IF_UNANSWERED = re.compile(
    rf"[\s,。;|(]{{0,2}}(?:若|如果?|要是)?(?:没人接|打不通|占线|无人接听?|不接|没接)[^,。;\n\d]{{0,4}}(?:{_LABELS})[:\s]{{0,2}}"
)
_ONE_CELL = re.compile(r"[\s,、/;|]{1,3}(?:和|或|及)?\s?")
_NAMES_END = re.compile(
    rf"\)?(?:[,\s]*(?:[两二]人|[两二]位|他?们?俩|他们|值班|办公)?(?:共用|合用|同用|轮流接?|都用|共)?(?:值班|办公|科室)?(?:手机|电话)?(?:只有|就)?"
    rf"(?:同?一[个部]|这个)?)[\s:,(—\-]*(?:(?:两|二|三|几)?[位名](?:老师|同事|同志|医生|护士)?)?(?:的?{_LABELS}|[:\s,(]){{0,4}}$"
)
_NAMES_BEGIN = re.compile(r"[\s,:(—\-]{0,3}(?:分别)?(?:是|为|联系|找)?[\s:]?")
_NAME_MARK = re.compile(r"\s?(?:[、/,和与及]|或者?|以及|or)\s?|\s")
_JOINT_MARK = re.compile(r"\s?(?:[、/和与及]|或者?|or)\s?")
_APART = re.compile(r"(?:^|[\s,。;:、!?])(?P<name>[\u4e00-\u9fff]{2,5})$")
_LONG_NAME = re.compile(r"\s(?P<name>[\u4e00-\u9fff]{3,5})\s?(?:$|[,。;!\n)])")
_NICKNAME = re.compile(
    r"[\s,;(]{0,2}(?:(?:昵称|网名|群名片)[是叫:]?|名片上叫)\s?[\"“]?(?P<name>[\w·]{2,10})(?=[,。;!)\s\"”]|$)"
)
_LIKE_A_NAME = re.compile(r"[\u4e00-\u9fff]{2,3}")
_WARD = re.compile(r"(?:[院科部室办站处队组库的]|中心)$")
_WARD_FIRST = re.compile(r"[\u4e00-\u9fff]{1,12}(?:[院科部室办站处队组库会]|中心)\s")
_DASHED = re.compile(
    r"(?:\s?[-—]{1,2}\s?(?=[\u4e00-\u9fff]{1,2}(?:[\s,;、。)]|$))|[,、/]\s?(?=[\u4e00-\u9fff]{1,2}\))|(?=[\u4e00-\u9fff]{1,2}(?:[\s,;、。(]|$)))"
    r"(?P<name>[\u4e00-\u9fff]{1,2})"
)
_BARE_SURNAME = re.compile(r" (?P<name>[\u4e00-\u9fff])(?=[\n,。;]|$)")
_TO_THEM = re.compile(
    r"[^。!?\n]{0,24}[给加发][他她](?:的|发)?(?:邮件|邮箱|微信|短信|QQ|电话)?[是为:]?\s?"
)
_POINTS = re.compile(
    r"(?:[^。!?\n]{0,24}?[,;\s])?(?:[^,。;!?\n]{0,6}?[找问]|联系人[是:]?|[那这]是|[那这]位|是)(?=[\u4e00-\u9fff]{2}|[\u4e00-\u9fff]\()"
)
_RENEWED = re.compile(
    r"[^。;\n]{0,14}?(?:新号|改成|现在?用|换成|改用|更换为|现用)(?:号?码)?[是为:]?\s?"
)
_HIS = re.compile(r"[他她](?:本人|自己)?的?(?:手机|电话|微信|私人|个人|直线)?号?码?[是为:]?\s?$")
_INTRODUCED_BEHIND = re.compile(
    r"(?:[^。!?\n]{0,24}?[,;\s])?(?:我是|我叫|本人是?)(?P<words>[\u4e00-\u9fff]{2,14}?)(?=[,。;!?\s]|$)"
)
_HEAD_OF_PERSON = re.compile(r"(?:[人者员]|姓名|联系人.{0,4})$")
_HEAD_OF_NUMBER = re.compile(r"电话|手机|号码|联系方式|微信|[Tt][Ee][Ll]")
_DIVIDERS = ("\t", "|", ",", ",", "/", " ")
_A_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z.· ]{1,12}")
_MOST_COLUMNS = 14
_OPENS = re.compile(r"(?:^|[\n。!?;:,】])\s*$")
_VALUE_END = re.compile(r"[\s,;、/(\d。]")
_TITLES = (
    "女士",
    "先生",
    "小姐",
    "老师",
    "阿姨",
    "师傅",
    "大姐",
    "大哥",
    "老板",
    "太太",
    "姑娘",
    "夫人",
    "同志",
    "大爷",
    "大叔",
)
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
    listed = _of_columns(text, contacts) | _of_runs(text, contacts)
    for number, (start, end) in enumerate(contacts):
        last = contacts[number - 1] if number else None
        if last == (start, end) or number in listed:
            holders.append(listed.get(number) or holders[-1])
            free = max(free, end)
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
        still = _STILL_THEM.match(text, end)
        if (
            last
            and who.name is None
            and (still or (alone and _goes_on(text, last[1], begin, start)))
        ):
            who = holders[-1]
        elif alone:
            own = _MINE.search(text, max(0, start - _LABEL), start)
            who = _introduced(text, max(0 if own else begin, start - _POST_REACH), start)
        if who.name is None:
            labelled = _from_form(text, form, last[1] if last else 0, start, end)
            who = labelled._replace(role=who.role or labelled.role) if labelled.name else who
        holders.append(who)
    return _shared(text, contacts, holders)


def _goes_on(text: str, end: int, free: int, start: int) -> bool:
    """Tell whether the words between two numbers say that one person has both.

    free: where the words that name the first number's person behind it end.
    """
    if _ANOTHERS.search(text, start, start + _REACH):
        return False
    begins = (end, free) if end < free < start else (end,)
    ways = (_CARRIES_ON, _RENEWED, _TO_THEM, _IF_UNANSWERED)
    return any(words.fullmatch(text, begin, start) for words in ways for begin in begins)


def _shared(text: str, contacts: Sequence[tuple[int, int]], holders: list[Person]) -> list[Person]:
    """Return the holders with who is named behind the last of numbers in a row on all of them."""
    for number in range(len(contacts) - 1, 0, -1):
        (_, end), (start, stop) = contacts[number - 1 : number + 1]
        name = holders[number].name
        bare = holders[number - 1] is NOBODY and name and name[0] >= stop
        if bare and _CARRIES_ON.fullmatch(text, end, start):
            holders[number - 1] = holders[number]
    return holders


def _of_columns(text: str, contacts: Sequence[tuple[int, int]]) -> dict[int, Person]:
    """Return who stands in the column of persons of a table, for the numbers in that row."""
    holders: dict[int, Person] = {}
    head: tuple[str, int, int] | None = None
    starts = [start for start, _ in contacts]
    for line in re.finditer(r"[^\n]+", text):
        its = range(bisect_left(starts, line.start()), bisect_left(starts, line.end()))
        if not its:
            head = _columns(line[0]) or head
            continue
        if head is None:
            continue
        divider, count, person_at = head
        cells = _cells(line[0], divider)
        if len(cells) != count:
            continue
        start, end = cells[person_at]
        if _A_NAME.fullmatch(line[0][start:end].strip()):
            words = line[0][start:end]
            start += len(words) - len(words.lstrip())
            span = (line.start() + start, line.start() + start + len(words.strip()))
            who = _whole(text, *span)
            holders |= dict.fromkeys(its, who if who.name else Person(span, None, span[0]))
    return holders


def _columns(line: str) -> tuple[str, int, int] | None:
    """Return divider and number of columns of a heading, and which of them names persons."""
    for divider in _DIVIDERS:
        heads = [line[slice(*cell)].strip() for cell in _cells(line, divider)]
        if not 2 <= len(heads) <= _MOST_COLUMNS or max(map(len, heads)) > _LABEL:
            continue
        persons = [
            n
            for n, head in enumerate(heads)
            if _HEAD_OF_PERSON.search(head) and not _HEAD_OF_NUMBER.search(head)
        ]
        if len(persons) == 1 and any(map(_HEAD_OF_NUMBER.search, heads)):
            return divider, len(heads), persons[0]
    return None


def _cells(line: str, divider: str) -> list[tuple[int, int]]:
    """Return where the cells of a line stand."""
    pattern = (
        r"\S+" if divider == " " else rf"(?:^|(?<={re.escape(divider)}))[^{re.escape(divider)}]*"
    )
    return [cell.span() for cell in re.finditer(pattern, line)]


def _of_runs(text: str, contacts: Sequence[tuple[int, int]]) -> dict[int, Person]:
    """Return who is named in a list of as many names as numbers, each for its own."""
    holders: dict[int, Person] = {}
    first = 0
    for number in range(len(contacts)):
        following = contacts[number + 1] if number + 1 < len(contacts) else None
        if following and _ONE_CELL.fullmatch(text, contacts[number][1], following[0]):
            continue
        run, first = range(first, number + 1), number + 1
        left = max(contacts[run[0] - 1][1] if run[0] else 0, contacts[run[0]][0] - _REACH)
        names = _names_before(text, left, contacts[run[0]][0], len(run))
        if not names and len(run) > 1:
            right = following[0] if following else len(text)
            names = _names_behind(
                text, contacts[number][1], min(right, contacts[number][1] + _REACH), len(run)
            )
        holders |= dict(zip(run, names, strict=False))
    return holders


def _names_before(text: str, left: int, start: int, count: int) -> list[Person]:
    """Return the names of a list that ends before a run of numbers, as many as numbers.

    Two names that end before a single number share it: they are given as they stand.
    """
    end = _NAMES_END.search(text, left, start)
    at = end.start() if end else start
    names: list[Person] = []
    for _ in range(max(count, 2)):
        who = parse(text, left, at)
        if who.name is None:
            break
        names.insert(0, who)
        at = min(who.name[0], who.role[0] if who.role else who.name[0])
        mark = next(
            (m for m in _NAME_MARK.finditer(text, max(left, at - 4), at) if m.end() == at), None
        )
        if mark is None or (count == 1 and not _JOINT_MARK.fullmatch(mark[0])):
            break
        at = mark.start()
    if len(names) != max(count, 2):
        return []
    if count == 1:
        first, last = (name.name or (0, 0) for name in names)
        role = names[1].role
        titled_to = role[1] if role and role[0] == last[1] else last[1]
        return [Person((first[0], titled_to), None, names[0].start)]
    return names


def _names_behind(text: str, end: int, stop: int, count: int) -> list[Person]:
    """Return the names of a list that begins behind a run of numbers, as many as numbers."""
    begin = _NAMES_BEGIN.match(text, end, stop)
    at = begin.end() if begin else end
    close = re.compile(r"[。;!?\n)]|$").search(text, at, stop)
    pieces = [
        p for p in re.split(r"[、/,和与及\s]+", text[at : close.start() if close else stop]) if p
    ]
    names: list[Person] = []
    sure = 0  # beside a name, whatever looks like one is one
    for piece in pieces[:count]:
        start = text.index(piece, at)
        at = start + len(piece)
        who = _whole(text, start, at)
        sure += who.name is not None
        if who.name is None and not (piece[0] in surnames() and _LIKE_A_NAME.fullmatch(piece)):
            return []
        names.append(who if who.name else Person((start, at), None, start))
    return names if sure and len(names) == count else []


def _before(text: str, left: int, start: int) -> Person:
    """Return who is named before a contact, a detail in brackets behind the name included."""
    gap = _GAP.search(text, left, start)
    end = gap.start() if gap else start
    detail = _DETAIL.search(text, left, end)
    bracketed = NOBODY
    if detail:
        bracketed = _whole(text, *detail.span(1))
        if bracketed is NOBODY and detail[1] in surnames():
            bracketed = Person(detail.span(1))
        end = detail.start()
    who = parse(text, left, end)
    if detail and who is NOBODY:
        who = _unheard_of(text, left, end, detail)
    between = text[end:start] if not detail else text[detail.end() : start]
    pause = _PAUSE.search(between)
    opens = _OPENS.search(text, 0, who.start) and _is_called_by_title(text, who)
    mine = bool(bracketed.name) and text[end - 1 : end] in "我人"
    beside = between in {",", "、", "的,"} and _is_called_by_title(text, who)
    beside = beside or (between == "," and _fills_clause(text, who))
    beside = beside and not _THANKS.search(text, left, who.start)
    sure = who.called or opens or mine or beside
    if pause and not sure and not _PHONE_WORD.search(between, pause.start()):
        return NOBODY
    if who.name is None:
        return bracketed if bracketed.name else who
    return who._replace(role=who.role or bracketed.role)


def _unheard_of(text: str, left: int, end: int, detail: re.Match[str]) -> Person:
    """Return who has a name of another language before work in brackets (次仁顿珠(队长))."""
    name = _APART.search(text, left, end)
    work = next((_whole(text, *piece).role for piece in _pieces(text, *detail.span(1))), None)
    if name is None or work is None or not is_unheard_of(name["name"]):
        return NOBODY
    return Person(name.span("name"), work, name.start("name"))


def _introduced(text: str, left: int, start: int) -> Person:
    """Return who was introduced last in the words before a contact that names nobody."""
    last = NOBODY
    his = _HIS.search(text, left, start)
    beside = (max(left, start - _LABEL), start)
    if _OFFICE.search(text, *beside) or _OF_KIN.search(text, *beside):
        return NOBODY
    for stop in _TOLD.finditer(text, left, start):
        who = parse(text, max(left, stop.start() - _LABEL * 2), stop.start())
        wrote = his or (who.role and _WROTE.match(text, stop.start()))
        own = who.name and _WRITER.search(text, left, who.start)
        if who.name and (who.called or wrote or own or (who.role and who.role < who.name)):
            last = who
    for stated in _SURNAME_OF.finditer(text, left, start):
        group = "behind" if stated["behind"] else "name"
        if stated[group] in surnames() and (last.name is None or last.name[0] < stated.start()):
            last = Person(stated.span(group), None, stated.start())
    return last


def _fills_clause(text: str, who: Person) -> bool:
    """Tell whether a name is all that stands between two marks (…,汪琴,13800138001)."""
    if who.name is None:
        return False
    start = min(who.start, who.name[0])
    return not text[:start].strip(" ") or text[start - 1] in ",。;!?\n"


def _is_called_by_title(text: str, who: Person) -> bool:
    """Tell whether a name has a title or a form of address."""
    if who.name is None:
        return False
    return who.role is not None or _is_titled(text, who)


def _behind(text: str, end: int, following: int | None) -> tuple[Person, int]:
    """Return who is named behind a contact and where the words that are used up end."""
    stop = min(len(text), end + _REACH) if following is None else following
    if following is not None and _NEXT_PERSON.fullmatch(text, end, following):
        return NOBODY, end
    same = _SAME_NUMBER.match(text, end, stop)
    end = same.end() if same else end
    name = _name_alone(text, end, stop)
    if name:
        return Person(name, None, name[0]), name[1]
    bracket = _BRACKET.match(text, end, stop)
    if bracket:
        who = _bracketed(text, *bracket.span(1))
        return who, end if who is NOBODY else bracket.end()
    words = _BEHIND.match(text, end, stop)
    if not words:
        return _introduced_behind(text, end, stop), end
    who = _whole(text, words.start("words"), words.end("words"))
    titled = who.name is not None and (who.role is not None or _is_titled(text, who))
    ends = words["gap"] and _ENDS.match(text, words.end())
    sure = titled and ends if re.search("[,;、]", words["gap"]) else titled or ends
    near = not words["gap"] and _ENDS.match(text, words.end()) and following is None
    sure = sure or near
    asked = bool(words["asked"]) and not words["asked"].endswith("是") and bool(ends)
    if who.name is None or not (sure or asked):
        return _introduced_behind(text, end, stop), end
    who = who._replace(called=asked)
    if following is not None and _TO_NEXT.fullmatch(text, words.end(), following):
        return NOBODY, end
    return who, words.end()


def _name_alone(text: str, end: int, stop: int) -> tuple[int, int] | None:
    """Return where a name stands behind a contact that is a family name alone, or of many signs."""
    surname = _BY_SURNAME.match(text, end, stop)
    if surname:
        return surname.span(1)
    dashed = _DASHED.match(text, end, stop)
    if dashed and dashed["name"] in surnames():
        return dashed.span("name")
    bare = _BARE_SURNAME.match(text, end)
    if bare and bare["name"] in surnames():
        return bare.span("name")
    nick = _NICKNAME.match(text, end, stop)
    if nick:
        return nick.span("name")
    last = _LONG_NAME.match(text, end, stop)
    return last.span("name") if last and is_unheard_of(last["name"]) else None


def _introduced_behind(text: str, end: int, stop: int) -> Person:
    """Return who says behind a contact who they are (…,我是设备科的喻林生)."""
    words = _INTRODUCED_BEHIND.match(text, end, stop)
    who = _whole(text, *words.span("words")) if words else NOBODY
    if who.name:
        return who
    if words and text[words.start("words") - 1] == "叫":
        begin, stop_at = words.span("words")
        if text[begin] in surnames() and _LIKE_A_NAME.fullmatch(text, begin, stop_at):
            return Person((begin, stop_at), None, begin)
    points = _POINTS.match(text, end, stop)
    begin = points.end() if points else stop
    for at in range(begin + 1, min(stop, begin + _LABEL + 4) + 1):
        if re.search(r"[,。;!?\s]", text[begin:at]):
            break
        who = parse(text, begin, at)
        sure = _is_called_by_title(text, who) or not text[at : at + 1].isalpha()
        if who.name and sure:
            return NOBODY if _TO_NEXT.fullmatch(text, at, stop) and stop < len(text) else who
    return NOBODY


def _bracketed(text: str, start: int, end: int) -> Person:
    """Return who is named in brackets behind a contact."""
    mine = _I_AM.match(text, start, end)
    start = mine.end() if mine else start
    surname = _SURNAME.fullmatch(text, start, end)
    if surname:
        return Person(surname.span(1), None, start)
    if _FOREIGN_NAME.fullmatch(text, start, end):
        return Person((start, end), None, start)
    if text[start:end] in surnames():
        return Person((start, end), None, start)
    for first, last in _pieces(text, start, end):
        answers = _ANSWERS.search(text, first, last)
        who = _whole(text, first, answers.start() if answers else last)
        if who.name or who.role:
            return who
    return NOBODY


def _is_titled(text: str, who: Person) -> bool:
    """Tell whether a name ends in a form of address."""
    if who.name is None:
        return False
    name = text[slice(*who.name)]
    return name.endswith((*_TITLES, "姐", "哥")) or (
        len(name) == 2 and name[0] in "小老阿" and name[1] in surnames()
    )


def _whole(text: str, start: int, end: int) -> Person:
    """Return who is named where the name and role are all that stands there."""
    while start < end and text[start] == " ":
        start += 1
    while start < end and text[end - 1] == " ":
        end -= 1
    who = parse(text, start, end)
    ward = _WARD.search(text, start, max(start, who.start))
    whole = who.start == start or ward or is_of_work(text, start, who.start)
    return who if whole and (who.name or who.role) else NOBODY


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
    ward = _WARD_FIRST.match(text, field.start, field.end)
    begin = ward.end() if ward else field.start
    stop = _VALUE_END.search(text, begin, field.end)
    who = _whole(text, begin, stop.start() if stop else field.end)
    if who.name is None:
        return NOBODY
    posts = [post for post in form.of("post") if post.end - post.start <= _POST]
    if who.role is None and len(posts) == 1:
        return who._replace(role=(posts[0].start, posts[0].end))
    return who
