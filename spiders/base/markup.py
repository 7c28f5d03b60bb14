"""Pieces of HTML go in, the words that people read come out."""

from __future__ import annotations

import re
from typing import Any

from w3lib import html

_BREAKS = re.compile(r"<(?:br|/?p|/?div|/?[uo]l|/?li|/?tr|/?h[1-6]|/?blockquote)\b[^<>]*>", re.I)
_HALF = re.compile("[\ud800-\udfff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,6})|(\d{1,7}));", re.I)
_CUT_BODY = 10  # characters; shorter words begin many a title
# What is left of markup that was escaped twice; alone, < and > are what somebody wrote.
_LEFT = re.compile(
    r"</(?:p|a|span|div|b|strong|em|li|ul|ol|h[1-6]|blockquote)>|<(?:br|p|hr)\s*/?>"
    r"|&(?:nbsp|amp|lt|gt|quot|#\d{1,7}|#x[0-9a-f]{1,6});",
    re.I,
)
_MOST_ESCAPED = 3  # times
_PICTURE = re.compile(r"<img\b[^<>]*>", re.I)
_PICTURED = re.compile(r"""\balt\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)'|([^\s"'<>]+))""", re.I)
# Bounded and without a way back, so that its time grows with the length of the text only.
_CUT_LINK = re.compile(
    r"""<a\s(?:[^<>]{0,500}?\s)?href\s*+=\s*+["']?+([^"'<>\s]{1,2000}+)[^<>]{0,1000}+>"""
    r"""([^<>]{4,500}?)(?:…|\.\.\.)\s*+</a>""",
    re.I,
)
_SCHEME = re.compile(r"^https?://(?:www\.)?", re.I)
_CODE = re.compile(r"<(script|style)\b", re.I)


def titled(title: str, body: str) -> str:
    """Return title and words behind it; the title only where these do not hold it."""
    begins, words = (re.sub(r"\s", "", part).rstrip(".…") for part in (title, body))
    if not words or begins in words:
        return body or title
    if begins.startswith(words) and len(words) >= _CUT_BODY:
        return title  # the words are cut, their title is whole
    return f"{title}\n{body}"


def without_markup(text: str | None) -> str:
    """Return the words of a piece of HTML, a line for each of its lines and paragraphs."""
    if not text:
        return ""
    bare = _CUT_LINK.sub(_whole_link, _without_code(html.remove_comments(text)))
    bare = html.replace_entities(whole_characters(html.remove_tags(_BREAKS.sub("\n", bare))))
    lines = (line.strip() for line in bare.replace("\xa0", " ").splitlines())
    return "\n".join(line for line in lines if line)


def apart(elements: Any) -> None:
    """Take elements, in their order on the page, out of it and so out of each other.

    Where one does not end, those after it stand in it: none shall be read with the words of
    others, and again with each. elements: a parsel.SelectorList.
    """
    for element in reversed(elements):
        # Selector.drop() writes what stands behind it anew, and fails on signs that XML forbids.
        element.root.getparent().remove(element.root)


def attribute(element: Any, name: str) -> str:
    """Return an attribute of an element that a parsel.Selector holds, "" where it has none.

    Selector.attrib reads all of them, and raises where any has a name that XML does not allow.
    """
    value: str = element.xpath(f"@{name}").get("")
    return value


def is_marked_up(text: str) -> bool:
    """Tell whether a text holds what only markup has; < and > alone are what somebody wrote."""
    return bool(_LEFT.search(text))


def all_words(text: str | None) -> str:
    """Return the words of a piece of HTML as one sees them, also where it was escaped twice.

    Of a picture its description, as emoji have one.
    """
    words = _seen(text or "")
    for _ in range(_MOST_ESCAPED - 1):
        if not is_marked_up(words):
            break
        words = _seen(words)
    return words


def _seen(markup: str) -> str:
    """Return the words of a piece of HTML with those of its pictures where they stand."""
    return without_markup(_PICTURE.sub(_described, markup))


def _described(picture: re.Match[str]) -> str:
    words = _PICTURED.search(picture[0])
    return next((word for word in words.groups() if word), "") if words else ""


def lines_of(*parts: object) -> str:
    """Return those parts that are words, one below the other, each once."""
    words = (part.strip() for part in parts if isinstance(part, str))
    return "\n".join(dict.fromkeys(filter(None, words)))


def _whole_link(link: re.Match[str]) -> str:
    """Return a link whose words are its address, cut, with the whole of it."""
    return whole_link(link[2], link[1]) or link[0]


def whole_link(shown: str, address: str) -> str | None:
    """Return an address where what is shown of it is its beginning, else None."""
    beginning = _SCHEME.sub("", html.replace_entities(shown).strip().rstrip(".…"))
    whole = _SCHEME.sub("", html.replace_entities(address))
    return address if len(beginning) > 3 and whole.startswith(beginning) else None


def _without_code(text: str) -> str:
    """Return a piece of HTML without scripts and styles, in time that grows with its length only.

    One expression over all of it would look for the end anew at each of a thousand beginnings.
    """
    kept, end = [], 0
    while begin := _CODE.search(text, end):
        close = re.compile(rf"</{begin[1]}\s*>", re.I).search(text, begin.end())
        if not close:
            break
        kept.append(text[end : begin.start()])
        end = close.end()
    return "".join([*kept, text[end:]])


def whole_characters(text: str) -> str:
    """Return a text in which the two halves of a character are one: of &#55357;&#56876; an emoji.

    UTF-16 writes an emoji in two halves, and so do pages made by JavaScript; alone, no half is one
    and no parser takes it.
    """
    halves = _REFERENCE.sub(_half, text) if "&#" in text else text
    if not _HALF.search(halves):
        return text
    return halves.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _half(reference: re.Match[str]) -> str:
    """Return half a character where a reference is one, else itself."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return chr(number) if 0xD800 <= number <= 0xDFFF else reference[0]
