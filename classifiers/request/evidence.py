"""Gather the words that made a post a request: a read Doc goes in, spans with roles come out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from classifiers.need import Evidence
from classifiers.reader import plain, reader, span
from classifiers.request import roles

if TYPE_CHECKING:
    from spacy.tokens import Doc

_SHOWN_ROLES = {"asking": "asking", "lacking": "lacking"}
_SOFT_ROLES = {"wish": "asking", "short": "lacking"}
_FREE = re.compile(b"\0+")
_WORDS = re.compile(r"\w(?:.*\w)?", re.DOTALL)
_TELL_ALONE = frozenset("缺求需要无没断急尽")  # else one character of cut words tells nothing


@reader("evidence", after=("request",))
def read_evidence(doc: Doc) -> tuple[Evidence, ...]:
    """Return the evidence in the order of the text, without overlaps; none where not flagged.

    Of words that reach into others told before, what is left is told: of 口罩已经用完 beside the
    goods 口罩 the urgency 已经用完.
    """
    if not doc._.request.flagged:
        return ()
    # Where a post that is flagged names a facility in passing alone, that is what there is to show.
    concerned = [facility for facility in doc._.facilities if facility.concerned]
    candidates = [
        *((item.start, item.end, "goods") for item in doc._.items),
        *((facility.start, facility.end, "facility") for facility in concerned or doc._.facilities),
        *((contact.start, contact.end, "contact") for contact in doc._.contacts),
    ]
    if doc._.urgency:
        candidates.append((doc._.urgency.start, doc._.urgency.end, "urgency"))
    candidates += _asking_or_lacking(plain(doc))
    taken = bytearray(len(plain(doc)))
    evidence = []
    for start, end, role in candidates:
        for left, right in _free(plain(doc), taken, start, end):
            evidence.append(span(doc, Evidence, left, right, role=role))
        taken[start:end] = b"\1" * (end - start)
    return tuple(sorted(evidence, key=lambda entry: entry.start))


def _asking_or_lacking(text: str) -> list[tuple[int, int, str]]:
    """Return the words that ask or lack; where there are none, the soft ones of a quiet plea."""
    for shown in (_SHOWN_ROLES, _SOFT_ROLES):
        words = [
            (word.start, word.end, shown[role])
            for word in roles.find(text, soft=shown is _SOFT_ROLES)
            for role in [role for role in shown if role in word.roles][:1]
        ]
        if words:
            return words
    return []


def _free(text: str, taken: bytearray, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the words from `start` to `end` that nothing has taken yet."""
    for gap in _FREE.finditer(taken, start, end):
        if gap.span() == (start, end):
            yield start, end
            continue
        words = _WORDS.search(text, *gap.span())
        if words and (len(words[0]) > 1 or words[0] in _TELL_ALONE):
            yield words.span()
