"""Read the ways to reach someone out of a post: phones, WeChat, QQ and e-mail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from classifiers.contacts.areas import area_of, is_local
from classifiers.contacts.holders import find_persons
from classifiers.contacts.phones import Phone, area_code, bar, find_phones, is_named_otherwise
from classifiers.contacts.unwanted import find_unwanted
from classifiers.need import Contact
from classifiers.reader import plain, reader, span

if TYPE_CHECKING:
    from spacy.tokens import Doc

# What goes on with a digit behind the last label is the next of a list (a@example.cn2.电话).
_LAST_LABEL = r"(?:com|cn|net|org|gov|edu|info|vip|cc|top)"
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])(?:\d{1,2}\.(?=[A-Za-z]))?"
    r"(?P<address>[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}(?:@| ?[(\[](?:at|@)[)\]] ?)[A-Za-z0-9-]{1,63}"
    rf"(?:\.(?!{_LAST_LABEL}\d{{1,2}}[.、)])[A-Za-z0-9-]{{2,24}}){{0,3}}"
    rf"\.(?:{_LAST_LABEL}(?![A-Za-z-])|[A-Za-z]{{2,24}}(?![A-Za-z0-9-])))"
)
_AT = re.compile(r" ?[(\[](?:at|@)[)\]] ?")
_CIRCLED = re.compile(r"[①-⑳❶-❿⑴-⒇㈠-㈩]")
_LIST_NUMBER = re.compile(rf"(?<![①-⑨❶-❾.·-])(?<!(?<!\d{{6}})\d){_CIRCLED.pattern}(?![①-⑨❶-❾])")
_ID = r"[A-Za-z][-_A-Za-z0-9]{5,19}|\d{6,11}"
_WECHAT = re.compile(
    r"(?:(?:微|薇|威)信|(?<![A-Za-z0-9])(?:[Ww]e[Cc]hat|[Ww]ei[Xx]in|[Vv][Xx]|[Ww][Xx]|[Vv]信|[Vv](?=[:号])))"
    r"(?P<label>(?:[/、及和 ]?(?:微信|QQ|手机|电话|账?号码?|[Ii][Dd]|同号"
    r"|同|搜索?|联系|添加|请加|是|为)){0,4}[:;\s(+➕]{0,3})"
    rf"(?P<id>{_ID})(?![A-Za-z0-9_-])"
    rf"|(?:加|\+) ?(?:我|一下)? ?[VvWw](?P<label2>:? ?)(?P<id2>{_ID})(?![A-Za-z0-9_-])"
)
_ID_THEN_LABEL = re.compile(
    r"(?<![A-Za-z0-9_@#./-])[a-z][-_a-z0-9]{5,19}(?=\s?\((?:微信|[Vv][Xx]|[Ww]e[Cc]hat)号?\))"
)
# With an underscore inside, a word is an id even where nobody says of what.
_BARE_ID = re.compile(
    r"(?<![A-Za-z0-9_@#./-])(?=[a-z0-9_]{6,20}(?![A-Za-z0-9_@./-]))[a-z][a-z0-9]+(?:_[a-z0-9]+)+"
)
_QQ = re.compile(
    r"(?:(?<![A-Za-z0-9])(?:QQ|[Qq]q|加Q)|扣扣|企鹅)(?:交流|工作|志愿者?)?群?(?:账?号码?)?[是为]?[:\s(]{0,3}"
    r"(?P<id>[1-9]\d{4,10}|[1-9]\d{2,3}(?: \d{2,4}){1,2})(?! ?[\d@A-Za-z_])(?! ?[例人元只套个万])"
)
_SAME = re.compile(
    r"[,;/、 (]{0,3}(?:同微信|微信同|(?:也|就)是?微信|[Vv][Xx]?同|[Ww][Xx]同"
    r"|是?微信(?!号?码?(?:[:\s]{0,3}[A-Za-z0-9]|群)))"
)
_STANDARD = re.compile(r"(?i)(?:gb|yy|en|iso|astm|k?n95|iphone|android|windows)")
_CALLED = re.compile(r"电话|手机|联系|微信|热线|[Tt][Ee][Ll]")


@reader("contacts", after=("parts", "forms", "places"))
def read_contacts(doc: Doc) -> tuple[Contact, ...]:
    """Return the contacts of the post in order, each number or id once a kind.

    Digits that belong to the name of a mentioned user are left.
    """
    text = _with_list_marks(plain(doc), doc._.original)
    names = [
        (part.start, part.end)
        for part in doc._.parts
        if part.kind == "mention" and not _CALLED.search(part.text)
    ]
    phones = [
        phone
        for phone in sorted(_find(text))
        if phone.kind == "email" or not any(a < phone.end and phone.start < b for a, b in names)
    ]
    spans = [phone.whole for phone in phones]
    contacts: dict[tuple[str, str], Contact] = {}
    for phone, who, unwanted in zip(
        phones, find_persons(text, spans, doc._.forms), find_unwanted(text, spans), strict=True
    ):
        key = (phone.kind, phone.value)
        contact = contacts.get(key) or _contact(doc, phone)
        if who.name and not contact.person:
            contact = replace(contact, person=_words(doc, who.name))
        contacts[key] = replace(
            contact,
            role=contact.role or _words(doc, who.role),
            do_not_call=contact.do_not_call or unwanted,
        )
    return tuple(contacts.values())


def _contact(doc: Doc, phone: Phone) -> Contact:
    """Return a contact with the area code that its post tells, nobody named yet."""
    value = phone.value
    local = is_local(phone.kind, value)
    area = area_code(plain(doc)) if local and not phone.area else None
    if area:
        value = f"{area}-{value}"
    contact = span(doc, Contact, phone.start, phone.end, kind=phone.kind, value=value)
    if local and phone.area:
        return replace(contact, area=phone.area, area_from=phone.area)
    evidence = area_of(value, doc._.places) if local and not area else None
    if not evidence:
        return contact
    return replace(contact, area=evidence[0], area_from=evidence[1].text)


def _with_list_marks(text: str, original: str) -> str:
    """Return the normalised text with a list mark for each circled number that is no digit."""
    if not _CIRCLED.search(original):
        return text
    chars = list(text)
    for number in _LIST_NUMBER.finditer(original):
        chars[number.start()] = "、"
    return "".join(chars)


def _words(doc: Doc, where: tuple[int, int] | None) -> str | None:
    """Return what stands in the post at `where`."""
    return doc._.original[slice(*where)] if where else None


def _find(text: str) -> Iterator[Phone]:
    """Yield every contact of a normalised text; a mobile that is a WeChat id too comes twice."""
    phones = find_phones(text)
    yield from phones
    for phone in phones:
        if phone.kind == "mobile" and _SAME.match(text, phone.end):
            yield phone._replace(kind="wechat")
    open_text = bar(text)
    for match in _EMAIL.finditer(open_text):
        yield Phone(*match.span("address"), "email", _AT.sub("@", match["address"]))
    for match in _WECHAT.finditer(open_text):
        group = "id" if match["id"] else "id2"
        if _is_wechat_id(match[group], sure=bool(match["label"] or match["label2"])):
            yield Phone(match.start(group), match.end(group), "wechat", match[group])
    for match in _BARE_ID.finditer(open_text):
        yield Phone(match.start(), match.end(), "wechat", match[0])
    for match in _ID_THEN_LABEL.finditer(open_text):
        yield Phone(match.start(), match.end(), "wechat", match[0])
    for match in _QQ.finditer(open_text):
        if not is_named_otherwise(open_text, match.start()):
            yield Phone(match.start("id"), match.end("id"), "qq", match["id"].replace(" ", ""))


def _is_wechat_id(word: str, *, sure: bool) -> bool:
    """Tell whether `word` can be an id; `sure` when a colon or 号 announced it."""
    if _STANDARD.match(word):
        return False
    if word.isdigit():
        return sure or len(word) == 11
    return sure or not word.isalpha()
