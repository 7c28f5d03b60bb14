"""Find phone numbers: a normalised text goes in, mobiles, landlines, PHS and others come out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import phonenumbers

from classifiers.contacts.spelling import (
    CHINA,
    DASH_OF_ONE,
    GAP,
    LOOKS_OF_A_DIGIT,
    MOBILE,
    NUMERAL,
    SIGN,
    SWITCHED,
    TO_DIGITS,
    UNSEEN,
    digits_of,
    without_picture,
)
from data import read_words

_DASH = r"[-\u2010-\u2015\u2212]"
_NEAR = rf"(?: ?{_DASH}{{1,2}} ?| {{1,2}})"
_PLAIN = re.compile(r"[\x00-\u034e\u0350-\u115e\u3000-\u3163\u3165-\ufdff\ufe10-\uff9f]*")
_BARRED = re.compile(
    r"https?://\S{1,300}"
    r"|(?<!\d)[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?!\d)"
    r"|(?<!\d)(?!86|0086)(?:\d{4}[ -]){3,4}\d{1,4}(?!\d)"
    r"|(?<![A-Za-z])[A-Z]{2}\d{11,20}"
)
_COUNTED = r"(?! ?[例个人元只套万名件箱双瓶盒副包桶支床块](?!人))"
_MOBILE = re.compile(rf"(?<!\d)(?<!\d-){MOBILE}(?!-\d{{4,}})")
_MOBILE_GROUPS = frozenset(
    {
        (11,),
        (3, 4, 4),
        (3, 3, 5),
        (3, 5, 3),
        (4, 3, 4),
        (5, 6),
        (3, 8),
        (7, 4),
        (5, 3, 3),
        (1,) * 11,
    }
)
_TOLL_FREE_GROUPS = frozenset(
    {(10,), (3, 3, 4), (3, 4, 3), (3, 7), (4, 4, 2), (4, 3, 3), (1,) * 10}
)
_AMOUNTS = re.compile(r"[只套件箱双瓶盒副包桶支]| [只套件箱双瓶盒]")
_CALLED = re.compile(
    r"(?:电话|手机|联系(?:人|方式)?|热线|微信|[Tt][Ee][Ll]|号码?)[是为:\s(]{0,3}[+(]{0,2}$"
)
_TWO_MOBILES = re.compile(r"(?<!\d)(1[3-9]\d{9})(1[3-9]\d{9})(?!\d)")
_NOT_EXTENSION = r"(?![\d楼樓层层號号室床病月日年.、]|\S{0,20}#)"
_EXTENSION_DIGITS = rf"{NUMERAL}(?:{SIGN}{NUMERAL}){{2,5}}|{NUMERAL}{{1,6}}"
_SWITCHED = (
    rf"[ ,(]{{0,2}}{SWITCHED}(?P<switched>{_EXTENSION_DIGITS}){_NOT_EXTENSION}"
    rf"(?: ?,? ?(?:再|后|然后){{1,2}}(?:转|按|拨) ?(?P<then>\d{{1,4}}){_NOT_EXTENSION})?\)?"
)
_EXTENSION = rf"(?:{_SWITCHED})?"
_EXTENSION_OF_AREA = (
    rf"(?:{_SWITCHED}| ?{_DASH}{{1,2}} ?(?P<dashed>{_EXTENSION_DIGITS}){_NOT_EXTENSION}"
    r"|\((?P<bracketed>\d{3,5})\)"
    r"| {1,2}(?P<apart>(?!(?:19|20)\d\d)\d{3,4})(?= ?(?:$|[,。;()\n])))?"
)
_LANDLINE = re.compile(
    rf"(?<!\d)(?<!\d[-.])(?<![A-Z]{{2}})(?:(?P<code>{CHINA})(?:0{GAP})?|(?P<open>\()?0)"
    rf"(?P<area>10|2\d|(?![48]00)[3-9]\d\d)(?P<gap>{GAP})"
    rf"(?P<local>\d{{3,4}}{SIGN}{{1,3}}\d{{4}}|\d{{7,8}}"
    rf"|(?<=\d\d\d{SIGN})[2-8]\d{{3}}[- ]\d{{3}}(?! ?{_DASH}? ?\d))(?=1[3-9]\d{{9}}(?!\d)|(?!\d))"
    rf"{_EXTENSION_OF_AREA}"
)
_SPACED = re.compile(
    rf"(?<!\d)0(?P<sign>{SIGN}{{1,2}})\d(?:(?P=sign)\d){{8,10}}(?!\d)(?!(?P=sign)\d)"
    rf"{_EXTENSION_OF_AREA}"
)
_IN_WORDS = re.compile(rf"(?<!{NUMERAL}){NUMERAL}(?:{SIGN}{{0,3}}{NUMERAL}){{9,21}}(?!{NUMERAL})")
_WORD = re.compile(r"[^\W\d_]")
_IN_HAN = r"[零〇一幺二贰三叁四肆五伍六陆七柒八捌九玖]"
_PAUSE = re.compile(rf"(?<={_IN_HAN})[,、](?= ?{_IN_HAN})")  # as somebody reads a number out
_SPOKEN_ONE = re.compile(rf"(?<![什怎这那多要])么(?={SIGN}?{NUMERAL})")
_SPACED_DIGITS = re.compile(r"0(10|2\d|[3-9]\d\d)(\d{7,8})")
_TAIWAN = re.compile(
    r"(?<!\d)(?<!\d[-.])(?P<open>\()?0(?P<area>[2-8]|37|49|82|89)(?(open)\) ?|-)"
    r"(?P<local>[2-9]\d{6,7}|[2-9]\d{2,3}-\d{4})(?!\d)(?!-\d)"
    rf"{_EXTENSION}"
)
_TAIWAN_MOBILE = re.compile(r"(?<!\d)(?<!\d-)09\d{2}([- ])\d{3}\1\d{3}(?!-?\d)")
_LOCAL_DIGITS = rf"(?!20[12]\d[01]\d[0-3]\d(?!\d))[2-8]\d{{2,3}}{_NEAR}?\d{{4}}"
_NEXT = re.compile(rf" ?(?:[/、,;或和]|  ?)(?:或者)? ?({_LOCAL_DIGITS})(?!\d)(?!-\d){_COUNTED}")
_BESIDE = re.compile(
    rf"(?<![\d.])(?<!\d-)({_LOCAL_DIGITS})(?=[ ]?(?:\([^()\n]{{1,8}}\))?[ ]?[/、或][ ]?$)"
)
_TITLES = "|".join(
    word for role in ("title", "courtesy") for word in read_words(f"lexicons/person_{role}.txt")
)
_LOCAL = re.compile(
    r"(?:电话|座机|固话|热线|联系方式|传真|药[库房]|库房|仓库|护士站|值班|[Tt][Ee][Ll]|总机|值班室?|办公室|小灵通|(?<=[设药医总院]).[科部处]"
    rf"|(?:{_TITLES})(?=[:\s]))"
    rf"(?:号码?)?[是为:\s(.]{{0,3}}(?P<local>{_LOCAL_DIGITS})(?!\d){_COUNTED}{_EXTENSION}"
)
_LOCAL_ALONE = re.compile(
    rf"(?:接收|接受|收货|收件|捐赠|捐助|咨询|联系|联络|对接|值班|采购|医务|总务|后勤|药剂|设备)[是为:\s(]{{1,3}}"
    rf"(?P<local>{_LOCAL_DIGITS})(?= ?(?:$|[,。;)\n]))"
)
# Where calls need no area code: any eight digits behind a label there, mobiles among them.
_WITHOUT_AREAS = re.compile(r"香港|港岛|九龙|新界|澳门|氹仔|(?<!\d)85[23](?!\d)")
_LABEL = (
    r"(?:电话|手机|热线|致电|联[系络][人我]?|找|揾|查询|[Tt][Ee][Ll]|[Pp]hone|[Cc]all|[Ww]hats[Aa]pp)"
    r"[^\d\n。;!?]{0,16}?"
)
_EIGHT_DIGITS = re.compile(
    rf"{_LABEL}(?<![\d-])"
    rf"(?P<local>[2-9]\d{{3}}[- ]?\d{{4}}|[2-9](?: \d){{7}})(?! ?\d)(?!-\d){_COUNTED}"
)
_SPACED_LOCAL = re.compile(
    rf"{_LABEL}(?P<local>[2-8](?P<sign>[- .])\d(?:(?P=sign)\d){{5,6}})(?! ?\d)(?!-\d){_COUNTED}"
)
_AREA_CODE = re.compile(r"区号[是为:\s(]{0,3}(0(?:10|2\d|[3-9]\d\d))(?!\d)")
_TOLL_FREE = re.compile(
    rf"(?<!\d)(?<!\d[-.])(?:{CHINA})?(?P<number>[48]{GAP}0{GAP}0(?:{GAP}\d){{7}})(?!\d){_COUNTED}{_EXTENSION}"
)
_EXTENSIONS = ("switched", "dashed", "bracketed", "apart")
_ABROAD = re.compile(r"(?:\+|(?<!\d)00)(?! ?86)[1-9][\d\-() ]{6,18}\d")
_PHS = re.compile(r"小灵通\D{0,6}$")


class Phone(NamedTuple):
    """A number at `start` to `end`; kind as in `Contact`, value as it is dialled.

    lead: where the code of the country before it begins, -1 where there is none.
    area: the area code that it shares with the number before it.
    """

    start: int
    end: int
    kind: str
    value: str
    lead: int = -1
    area: str | None = None

    @property
    def whole(self) -> tuple[int, int]:
        """Start and end with the code of the country."""
        return self.start if self.lead < 0 else self.lead, self.end


@cache
def _no_contact() -> re.Pattern[str]:
    """Return a pattern that matches text ending in a word after which a number reaches nobody."""
    words = "|".join(map(re.escape, read_words("lexicons/contact_not.txt")))
    return re.compile(rf"(?:{words})(?:号码?)?[是为:\s()、]{{0,3}}$")


def bar(text: str) -> str:
    """Return `text` with links and identity, card and courier numbers blanked, same length."""
    return _BARRED.sub(lambda match: "□" * len(match[0]), text)


def is_named_otherwise(text: str, start: int) -> bool:
    """Tell whether the words right before `start` say that the number there reaches nobody."""
    return bool(_no_contact().search(text[max(0, start - 12) : start]))


def area_code(text: str) -> str | None:
    """Return the area code that a normalised text tells as such (区号0724), None for no or two."""
    codes = set(_AREA_CODE.findall(text))
    return codes.pop() if len(codes) == 1 else None


def find_phones(text: str) -> list[Phone]:
    """Return the phone numbers of a normalised text in order, none overlapping another."""
    seen, places = _as_seen(text)
    seen = _PAUSE.sub("-", _SPOKEN_ONE.sub("幺", seen))
    open_text = bar(DASH_OF_ONE.sub(r"\1-", seen))
    kept: list[Phone] = []
    free_from = 0
    for phone in sorted(_candidates(open_text), key=lambda p: (p.start, -p.end)):
        if phone.start >= free_from and not is_named_otherwise(open_text, phone.whole[0]):
            kept.append(phone)
            free_from = phone.end
    kept = sorted([*kept, *_beside(open_text, kept)])
    return [_in_place(phone, places) for phone in kept] if places else kept


def _as_seen(text: str) -> tuple[str, Sequence[int]]:
    """Return a text without pictures, what cannot be seen taken out, and where each sign stood.

    No places where every sign stands where it stood.
    """
    if _PLAIN.fullmatch(text):
        return text, ()
    text = "".join(map(without_picture, text.translate(LOOKS_OF_A_DIGIT)))
    if not UNSEEN.search(text):
        return text, ()
    places = [at for at, char in enumerate(text) if not UNSEEN.match(char)]
    return "".join(text[at] for at in places), places


def _in_place(phone: Phone, places: Sequence[int]) -> Phone:
    """Return a phone at the places its signs had in the text."""
    return phone._replace(
        start=places[phone.start],
        end=places[phone.end - 1] + 1,
        lead=places[phone.lead] if phone.lead >= 0 else -1,
    )


def _candidates(text: str) -> Iterator[Phone]:
    """Yield whatever looks like a phone number, overlaps included."""
    yield from _in_digits(text)
    yield from _in_words(text)
    yield from _abroad(text)


def _in_digits(text: str) -> Iterator[Phone]:
    """Yield whatever looks like a number of China in digits."""
    for match in _TWO_MOBILES.finditer(text):
        for group in (1, 2):
            yield Phone(match.start(group), match.end(group), "mobile", match[group])
    for match in _MOBILE.finditer(text):
        if _is_grouped(text, match.start(), match.start(1), match[1], _MOBILE_GROUPS):
            lead = _lead(text, match.start(), match.start(1))
            yield Phone(match.start(1), match.end(1), "mobile", digits_of(match[1]), lead)
    for match in _TOLL_FREE.finditer(text):
        start = match.start("number")
        if _is_grouped(text, match.start(), start, match["number"], _TOLL_FREE_GROUPS):
            value = digits_of(match["number"]) + _extension(match)
            yield Phone(start, match.end(), "landline", value, _lead(text, match.start(), start))
    yield from _landlines(text)


def _is_grouped(
    text: str, begin: int, start: int, number: str, groups: frozenset[tuple[int, ...]]
) -> bool:
    """Tell whether digits stand in groups as numbers do, which sums and sizes seldom do.

    Any groups will do behind a country's code or a word for a number, set apart by one sign.
    """
    lengths = tuple(map(len, re.findall(r"\d+", number)))
    signs = set(re.findall(r"\D+", number))
    if signs and _AMOUNTS.match(text, start + len(number)):
        return False
    if lengths in groups:
        return len(lengths) < 10 or len(signs) == 1
    coded = "86" in digits_of(text[begin:start])
    return len(signs) == 1 and (coded or bool(_CALLED.search(text, max(0, begin - 12), begin)))


def _lead(text: str, begin: int, start: int) -> int:
    """Return where the code of the country before `start` begins, -1 where there is none."""
    while begin < start and text[begin] == " ":
        begin += 1
    return begin if begin < start else -1


def _landlines(text: str) -> Iterator[Phone]:
    """Yield numbers with an area code, those after them that share it, and named local ones."""
    for match in _LANDLINE.finditer(text):
        area, local = f"0{match['area']}", digits_of(match["local"])
        if not _is_dialled(match, local):
            continue
        start, end = (
            max(match.start(), _lead(text, match.start(), match.start("area"))),
            match.end(),
        )
        kind = _kind(text, start)
        if _runs_into_list_number(text, area, local, end):
            local, end = local[:-1], end - 1
        value = f"{area}-{local}{_extension(match)}"
        yield Phone(start, end, kind, value)
        yield from _sharing_area(text, match.end(), kind, area)
    for match in _SPACED.finditer(text):
        stop = next((match.start(name) for name in _EXTENSIONS if match[name]), match.end())
        number = _SPACED_DIGITS.fullmatch(digits_of(text[match.start() : stop]))
        if number:
            value = f"0{number[1]}-{number[2]}{_extension(match)}"
            yield Phone(match.start(), match.end(), _kind(text, match.start()), value)
    yield from _of_taiwan(text)
    yield from _mobile_of_taiwan(text)
    yield from _local(text)


def _local(text: str) -> Iterator[Phone]:
    """Yield numbers without an area code that a label or a name announces."""
    for match in _LOCAL_ALONE.finditer(text):
        start, end = match.span("local")
        yield Phone(start, end, _kind(text, start), digits_of(match["local"]))
    for match in _SPACED_LOCAL.finditer(text):
        start = match.start("local")
        yield Phone(start, match.end(), _kind(text, start), digits_of(match["local"]))
    if _WITHOUT_AREAS.search(text):
        for match in _EIGHT_DIGITS.finditer(text):
            start, value = match.start("local"), digits_of(match["local"])
            kind = "mobile" if value[0] in "5679" else "landline"
            yield Phone(start, match.end(), kind, value)
    for match in _LOCAL.finditer(text):
        start = match.start("local")
        value = digits_of(match["local"]) + _extension(match)
        yield Phone(start, match.end(), _kind(text, start), value)


def _sharing_area(text: str, end: int, kind: str, area: str) -> Iterator[Phone]:
    """Yield the local numbers that follow a number with an area code, which is theirs too."""
    following = _NEXT.match(text, end)
    while following:
        yield Phone(*following.span(1), kind, digits_of(following[1]), area=area)
        following = _NEXT.match(text, following.end())


def _of_taiwan(text: str) -> Iterator[Phone]:
    """Yield numbers of Taiwan's fixed network."""
    for match in _TAIWAN.finditer(text):
        local = digits_of(match["local"])
        written_apart = match["open"] or "-" in match["local"]
        if written_apart and not _exists(f"0{match['area']}", local, country=886):
            continue
        value = f"0{match['area']}-{local}{_extension(match)}"
        yield Phone(match.start(), match.end(), "landline", value)


def _mobile_of_taiwan(text: str) -> Iterator[Phone]:
    """Yield mobiles of Taiwan, told by the groups that they are written in."""
    for match in _TAIWAN_MOBILE.finditer(text):
        yield Phone(match.start(), match.end(), "mobile", digits_of(match[0]))


def _runs_into_list_number(text: str, area: str, local: str, end: int) -> bool:
    """Tell whether the last digit, one too many for the area, is the next number of a list."""
    if len(local) < 8 or text[end : end + 1] not in tuple("、.)") or not local.isdigit():
        return False
    earlier = rf"(?<!\d){int(local[-1]) - 1}[、.)]"
    return (
        re.search(earlier, text[:end]) is not None
        and not _exists(area, local)
        and _exists(area, local[:-1])
    )


def _exists(area: str, local: str, country: int = 86) -> bool:
    """Tell whether an area has numbers like this one."""
    number = phonenumbers.PhoneNumber(country_code=country, national_number=int(area[1:] + local))
    return phonenumbers.is_valid_number(number)


def _is_dialled(match: re.Match[str], local: str) -> bool:
    """Tell whether digits behind an area code are a number: set apart, or begun as numbers are."""
    code = match["code"]
    if code is not None and "+" not in code and "0" not in code:
        return bool(match["gap"]) and (not code[-1].isdigit() or "-" in match["gap"])
    return bool(code or match["open"] or match["gap"]) or local[0] not in "019"


def _beside(text: str, phones: Sequence[Phone]) -> Iterator[Phone]:
    """Yield local numbers that stand before a phone as its other number (2390996/138…)."""
    free_from = 0
    for phone in phones:
        begin = phone.whole[0]
        match = _BESIDE.search(text, max(free_from, begin - 24), begin)
        if match and not is_named_otherwise(text, match.start(1)):
            value = digits_of(match[1])
            yield Phone(match.start(1), match.end(1), _kind(text, match.start(1)), value)
        free_from = phone.end


def _in_words(text: str) -> Iterator[Phone]:
    """Yield numbers with digits written as words; of 张三一三八… the number begins behind 三."""
    for match in _IN_WORDS.finditer(text):
        if not _WORD.search(match[0]):
            continue
        second = match.start() + 1
        for start in (match.start(), second) if _WORD.match(match[0]) else (match.start(),):
            in_digits = text[start : match.end() + 14].translate(TO_DIGITS)
            whole = [phone for phone in _in_digits(in_digits) if phone.whole[0] == 0]
            if whole:
                phone = max(whole, key=lambda p: p.end)
                lead = start + phone.lead if phone.lead >= 0 else -1
                yield phone._replace(start=start + phone.start, end=start + phone.end, lead=lead)
                break


def _abroad(text: str) -> Iterator[Phone]:
    """Yield numbers with a foreign country code that can exist."""
    for match in _ABROAD.finditer(text):
        try:
            number = phonenumbers.parse("+" + match[0].lstrip("+0"), None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
            value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            yield Phone(match.start(), match.end(), "mobile" if mobile else "landline", value)


def _kind(text: str, start: int) -> str:
    """Return the kind of a number in the fixed network that stands at `start`."""
    return "phs" if _PHS.search(text[max(0, start - 10) : start]) else "landline"


def _extension(match: re.Match[str]) -> str:
    """Return the extension that a number goes on with, behind a dash."""
    groups = match.groupdict()
    words = next((groups[name] for name in _EXTENSIONS if groups.get(name)), "")
    then = f"-{groups['then']}" if groups.get("then") else ""
    return f"-{digits_of(words)}{then}" if words else ""
