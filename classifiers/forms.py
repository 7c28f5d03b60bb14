"""Read posts that are filled-in forms: a post goes in, its labelled fields with roles come out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import data
from classifiers.goods.names import find_goods
from classifiers.need import NO_FORM, Field, Form
from classifiers.reader import plain, reader, span

if TYPE_CHECKING:
    from spacy.tokens import Doc

_BRACKETED = re.compile(
    r"[【\[〔「][ ]?(?P<label>[^【】\[\]〔〕「」\n]{1,12}?)[ :]{0,2}[】\]〕」][ :]{0,2}"
)
_LINED = re.compile(
    r"(?:(?<![\u4e00-\u9fff\d])\(?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.)][ ]?)?"
    r"(?<![\u4e00-\u9fffA-Za-z])(?P<label>[\u4e00-\u9fff]{2,12})"
    r"(?:\([^()\n]{1,12}\))?[ ]?:[ ]{0,2}"
)
_HEADING = re.compile(
    r"(?:^|\n)[ ]{0,4}\(?[一二三四五六七八九十]{1,3}[、.)][ ]?"
    r"(?P<words>[\u4e00-\u9fff]{2,12})[ ]?[:\n]"
)
_QUALIFIER = re.compile(
    r"(?:我院|本院|我科|我们|贵院|目前|现阶段|现在?|当前|近期|主要|具体|详细|医院|医用|防护|单位"
    r"|需求|物资|捐赠|本次|的){1,3}"
)
_PARAGRAPH = re.compile(r"\n[ ]*\n|收起全文|//\s*@")
_LINE = re.compile(r"\n")
_SENTENCE = re.compile(r"[。!?…]")
_GROWING = frozenset({"goods", "held"})
_LONGEST = 400
_SHORT = 80
_MOST = 200


class _Label(NamedTuple):
    """A label with its marks at `start` to `end`; role None for a heading nobody knows."""

    start: int
    end: int
    words: str
    role: str | None


@reader("forms", after=("parts",), empty=NO_FORM, shown=False)
def read_forms(doc: Doc) -> Form:
    """Return the labelled fields of the post; one label alone makes no form but counts as field."""
    text = plain(doc)
    labels = sorted(_labels(text))[:_MOST]
    fields = []
    for number, label in enumerate(labels):
        following = labels[number + 1].start if number + 1 < len(labels) else len(text)
        if label.role is not None and label.end <= following:
            start, end = _value(text, label, following)
            if start < end:
                fields.append(span(doc, Field, start, end, label=label.words, role=label.role))
    return Form(_kind(fields), tuple(fields))


def _kind(fields: Sequence[Field]) -> str | None:
    """Return what kind of form these fields make."""
    roles = [field.role for field in fields]
    if len(set(roles)) < 2 and roles.count("patient") < 2:
        return None
    if "goods" in roles:
        return "supplies"
    return "patient" if "patient" in roles else "other"


def _labels(text: str) -> Iterator[_Label]:
    """Yield the labels of a normalised text and the headings that end the field before them."""
    bracketed: list[tuple[int, int]] = []
    for match in _BRACKETED.finditer(text):
        bracketed.append(match.span())
        words = match["label"].strip(" :")
        role = _role(words)
        if role or not find_goods(words):
            yield _Label(match.start(), match.end(), words, role)
    lined: set[int] = set()
    for match in _LINED.finditer(text):
        inside = any(start < match.end() and match.start() < end for start, end in bracketed)
        role = None if inside else _role(match["label"])
        if role is not None:
            lined.add(match.start("label"))
            yield _Label(match.start(), match.end(), match["label"], role)
    for match in _HEADING.finditer(text):
        labelled = any(at in lined for at in range(match.start(), match.end()))
        if not labelled and not find_goods(match["words"]):
            yield _Label(match.start(), match.end(), "", None)


@cache
def _roles() -> dict[str, str]:
    """Return the role of each known label."""
    return dict(data.read_table("lexicons/form_labels.tsv"))


@cache
def _role(words: str) -> str | None:
    """Return the role of a label; words such as 我院目前 may stand before a known one."""
    roles = _roles()
    words = words.replace(" ", "")
    for at in range(len(words) - 1):
        role = roles.get(words[at:])
        if role and (not at or _QUALIFIER.fullmatch(words[:at])):
            return role
    return None


def _value(text: str, label: _Label, following: int) -> tuple[int, int]:
    """Return where the value of a label stands: lists of goods go on over lines, others do not."""
    grows = label.role in _GROWING
    start, limit = label.end, min(following, label.end + (_LONGEST if grows else _SHORT))
    while start < limit and text[start] in " \n:":
        start += 1
    for pattern in (_PARAGRAPH, _SENTENCE) if grows else (_PARAGRAPH, _SENTENCE, _LINE):
        stop = pattern.search(text, start, limit)
        limit = stop.start() if stop else limit
    while limit > start and text[limit - 1] in " \n,;、。":
        limit -= 1
    return start, limit
