"""Describe a post to the request classifier: a read Doc goes in, features come out as numbers.

To the quick features join words, the order of roles, and what the readers found. Goods, facilities,
places and contacts are replaced by one letter each, so that what was learned of one ward holds
for another.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from classifiers.reader import plain, reader
from classifiers.request import hashing, quick, roles, words

if TYPE_CHECKING:
    from spacy.tokens import Doc

_RUN = re.compile(r"([gmdfhpt])(?:[、和及与 等的]{0,3}\1)+")
_LETTER_OF_ROLE = {
    "protective": "g", "medical": "g", "general": "m", "daily": "d", "facility": "f", "medic": "h",
}  # fmt: skip


@reader(
    "features",
    after=("parts", "items", "facilities", "contacts", "places", "urgency"),
    empty=np.zeros(0, dtype=np.int64),
    shown=False,
)
def read_features(doc: Doc) -> np.ndarray:
    """Return the numbers of a post's features, each once, sorted; the quick ones come first."""
    own = quick.words_of(plain(doc), doc._.parts)
    smooth = quick.smooth(own)
    features = {*_of_order(own), *_of_words(smooth), *_of_spans(doc, len(smooth))}
    abstract = quick.smooth(_abstract(doc))
    read = (
        hashing.of_words(features),
        hashing.of_runs(abstract, kind="abstract", shortest=1, longest=5),
    )
    return hashing.once(np.concatenate((doc._.quick, np.concatenate(read) + hashing.QUICK)))


def _of_order(text: str) -> Iterator[str]:
    """Yield in what order the roles of a sentence are played, and by which words together."""
    for sentence in quick.SENTENCE_END.split(text):
        role_words = roles.find(sentence)
        order = [role for role, _ in itertools.groupby(word.roles[0] for word in role_words)]
        for length in range(2, 5):
            for start in range(len(order) - length + 1):
                yield f"o:{'>'.join(order[start : start + length])}"
        for one, other in itertools.combinations(role_words, 2):
            if one.roles != other.roles:
                yield f"p:{sentence[one.start : one.end]}|{other.roles[0]}"
                yield f"p:{one.roles[0]}|{sentence[other.start : other.end]}"


def _abstract(doc: Doc) -> str:
    """Return the own and reposted words with what was read in them replaced by letters."""
    spans = [
        *((span.start, span.end, "f") for span in doc._.facilities if span.concerned),
        *((span.start, span.end, "t") for span in doc._.contacts),
        *((span.start, span.end, "g") for span in doc._.items),
        *((span.start, span.end, "p") for span in doc._.places),
    ]
    for word in roles.find(plain(doc)):
        letters = [_LETTER_OF_ROLE[role] for role in word.roles if role in _LETTER_OF_ROLE]
        if letters:
            spans.append((word.start, word.end, letters[0]))
    text = plain(doc)
    letters_of = list(text)
    taken = bytearray(len(text))
    for start, end, letter in spans:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            letters_of[start:end] = [letter] + [""] * (end - start - 1)
    pieces = (
        "".join(letters_of[part.start : part.end])
        for part in doc._.parts
        if part.kind in {"own", "reposted"}
    )
    return _RUN.sub(r"\1", "。".join(pieces)[: quick.LONGEST])


def _of_words(text: str) -> Iterator[str]:
    cut = words.cut(text)
    yield from (f"w:{word}" for word in cut)
    yield from (f"w:{first}_{second}" for first, second in itertools.pairwise(cut))


def _of_spans(doc: Doc, length: int) -> Iterable[str]:
    """Yield how much was read in the post, and its shape."""
    kinds = Counter(part.kind for part in doc._.parts)
    yield f"length:{min(8, length // 30)}"
    yield f"hashtags:{min(4, kinds['hashtag'])}"
    yield f"mentions:{min(4, kinds['mention'])}"
    yield f"reposted:{min(1, kinds['reposted'])}"
    for field in ("items", "facilities", "contacts", "places"):
        spans = doc._.get(field)
        if field == "facilities":
            spans = [facility for facility in spans if facility.concerned]
        yield f"{field}:{min(3, len(spans))}"
    if any(item.quantity_text for item in doc._.items):
        yield "items with amounts"
    if doc._.urgency:
        yield f"urgency:{doc._.urgency.level}"
