"""Describe a post to the request classifier: a read Doc goes in, features come out as numbers.

To the quick features join words, the order of roles, and what the readers found. Goods, facilities,
places and contacts are replaced by one letter each, so that what was learned of one ward holds
for another.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from classifiers.parts import Part
from classifiers.reader import plain, reader
from classifiers.request import hashing, quick, roles, words

if TYPE_CHECKING:
    from spacy.tokens import Doc

_RUN = re.compile(r"([gmdfhpt])(?:[、和及与 等的]{0,3}\1)+")
_LETTER_OF_ROLE = {
    "protective": "g", "medical": "g", "general": "m", "daily": "d", "facility": "f", "medic": "h",
}  # fmt: skip
_PIECE = re.compile(r"[^。!?;\n]+[。!?;\n]*")
_WORDS = frozenset({"own", "reposted"})
_READ = hashing.READ - hashing.QUICK
WINDOW = 130  # characters of a long post that are judged together
_MOST_WINDOWS = 40
_WINDOWED = 200  # own and reposted characters from which a post is read in windows


@reader(
    "features",
    after=("parts", "items", "facilities", "contacts", "places", "urgency"),
    empty=np.zeros(0, dtype=np.int64),
    shown=False,
)
def read_features(doc: Doc) -> np.ndarray:
    """Return the numbers of a post's features, each once, sorted; the quick ones come first."""
    return _described(doc, doc._.parts, doc._.quick)


@reader("views", after=("features",), shown=False)
def read_views(doc: Doc) -> tuple[np.ndarray, ...]:
    """Return the features of other views of a post: without hashtags, and window by window.

    A plea in one sentence of a long post is not seen in the whole; hashtags may speak of need
    where the post does not. Empty where all there is is the whole.
    """
    parts = doc._.parts
    views = []
    if any(part.kind == "hashtag" for part in parts):
        views.append(_view(doc, [part for part in parts if part.kind != "hashtag"]))
    words = [part for part in parts if part.kind in _WORDS]
    if sum(part.end - part.start for part in words) >= _WINDOWED:
        views += [_view(doc, window) for window in windows(plain(doc), words)]
    return tuple(views)


def windows(text: str, parts: Sequence[Part]) -> list[list[Part]]:
    """Return windows of whole sentences of about WINDOW characters; each overlaps its neighbours.

    Of a very long post the windows lie evenly apart.
    """
    pieces = [
        Part(
            text=match[0],
            start=part.start + match.start(),
            end=part.start + match.end(),
            kind=part.kind,
        )
        for part in parts
        for match in _PIECE.finditer(text[part.start : part.end])
    ]
    found: list[list[Part]] = []
    first = 0
    while first < len(pieces):
        last, length = first, 0
        while last < len(pieces) and (not length or length + len(pieces[last].text) <= WINDOW):
            length += len(pieces[last].text)
            last += 1
        found.append(pieces[first:last])
        if last == len(pieces):
            break
        first = max(first + 1, (first + last) // 2)
    step = -(-len(found) // _MOST_WINDOWS)
    return found[::step] if step > 1 else found


def _view(doc: Doc, parts: Sequence[Part]) -> np.ndarray:
    own = quick.words_of(plain(doc), parts)
    return _described(doc, parts, quick.of_words(own, ""))


def _described(doc: Doc, parts: Sequence[Part], quick_numbers: np.ndarray) -> np.ndarray:
    """Return the features of some parts of a post, to which the quick ones belong."""
    own = quick.words_of(plain(doc), parts)
    smooth = quick.smooth(own)
    abstract = quick.smooth(_abstract(doc, parts))
    read = (
        *map(_of_order, quick.SENTENCE_END.split(own)),
        *_of_words(smooth),
        hashing.of_words(_of_spans(doc, parts, len(smooth)), _READ),
        hashing.of_runs(abstract, _READ, kind="abstract", shortest=1, longest=5),
    )
    together = hashing.of_words(set(_of_sentences(doc, parts)), hashing.SIZE - hashing.READ)
    numbers = (quick_numbers, np.concatenate(read) + hashing.QUICK, together + hashing.READ)
    return hashing.once(np.concatenate(numbers))


def _of_sentences(doc: Doc, parts: Sequence[Part]) -> Iterator[str]:
    """Yield what was read in each sentence together with the roles played there."""
    marks = sorted(
        [
            *((item.start, "item") for item in doc._.items),
            *((place.start, "place") for place in doc._.places),
            *((contact.start, "contact") for contact in doc._.contacts),
            *(
                (facility.start, "ward" if facility.concerned else "named")
                for facility in doc._.facilities
            ),
        ]
    )
    played_before: set[str] = set()
    everywhere: set[str] = set()
    for part in parts:
        if part.kind not in _WORDS:
            continue
        for match in _PIECE.finditer(plain(doc)[part.start : part.end]):
            start, end = part.start + match.start(), part.start + match.end()
            read = {kind for at, kind in marks if start <= at < end}
            roles_played: set[str] = set()
            for _, played in quick.sentences(quick.plain_words(match[0])):
                roles_played |= played
            for kind in read:
                yield from (f"s:{kind}+{role}" for role in roles_played)
                yield from (f"n:{role}>{kind}" for role in played_before)
            for one, other in itertools.combinations(sorted(read), 2):
                yield f"s:{one}+{other}"
                yield from (f"s:{one}+{other}+{role}" for role in roles_played)
            everywhere |= read
            played_before = roles_played | read
    yield from (f"last:{role}" for role in played_before)
    yield from (f"e:{'+'.join(pair)}" for pair in itertools.combinations(sorted(everywhere), 2))


@lru_cache(maxsize=256)  # a sentence stands in the whole and in some of its windows
def _of_order(sentence: str) -> np.ndarray:
    """Return in what order the roles of a sentence are played, and by which words together."""
    return hashing.of_words(_orders(sentence), _READ)


def _orders(sentence: str) -> Iterator[str]:
    role_words = roles.find(sentence)
    order = [role for role, _ in itertools.groupby(word.roles[0] for word in role_words)]
    for length in range(2, 5):
        for start in range(len(order) - length + 1):
            yield f"o:{'>'.join(order[start : start + length])}"
    for one, other in itertools.combinations(role_words, 2):
        if one.roles != other.roles:
            yield f"p:{sentence[one.start : one.end]}|{other.roles[0]}"
            yield f"p:{one.roles[0]}|{sentence[other.start : other.end]}"


def _abstract(doc: Doc, parts: Sequence[Part]) -> str:
    """Return the own and reposted words with what was read in them replaced by letters."""
    letters = doc.user_data.get("letters")
    if letters is None:
        letters = doc.user_data["letters"] = _letters(doc)
    pieces = ("".join(letters[part.start : part.end]) for part in parts if part.kind in _WORDS)
    return _RUN.sub(r"\1", quick.plain_words("。".join(pieces)[: quick.LONGEST]))


def _letters(doc: Doc) -> list[str]:
    """Return the signs of a post, one letter for each span that was read, nothing in its rest."""
    spans = [
        *((span.start, span.end, "f") for span in doc._.facilities if span.concerned),
        *((span.start, span.end, "t") for span in doc._.contacts),
        *((span.start, span.end, "g") for span in doc._.items),
        *((span.start, span.end, "p") for span in doc._.places),
    ]
    text = plain(doc)
    for word in roles.find(text):
        letters = [_LETTER_OF_ROLE[role] for role in word.roles if role in _LETTER_OF_ROLE]
        if letters:
            spans.append((word.start, word.end, letters[0]))
    letters_of = list(text)
    taken = bytearray(len(text))
    for start, end, letter in spans:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            letters_of[start:end] = [letter] + [""] * (end - start - 1)
    return letters_of


def _of_words(text: str) -> Iterator[np.ndarray]:
    """Yield the features of each piece between blanks, and of the words that meet at one."""
    cut = [words.cut(piece) for piece in text.split(" ")]
    yield from map(_of_piece, cut)
    met = [piece for piece in cut if piece]
    yield hashing.of_words(
        (f"w:{before[-1]}_{behind[0]}" for before, behind in itertools.pairwise(met)), _READ
    )


@lru_cache(maxsize=512)
def _of_piece(cut: tuple[str, ...]) -> np.ndarray:
    bigrams = (f"w:{first}_{second}" for first, second in itertools.pairwise(cut))
    return hashing.of_words(itertools.chain((f"w:{word}" for word in cut), bigrams), _READ)


def _of_spans(doc: Doc, parts: Sequence[Part], length: int) -> Iterable[str]:
    """Yield how much was read in these parts of the post, and their shape."""
    kinds = Counter(part.kind for part in parts)
    first, last = (parts[0].start, parts[-1].end) if parts else (0, 0)
    yield f"length:{min(8, length // 30)}"
    yield f"hashtags:{min(4, kinds['hashtag'])}"
    yield f"mentions:{min(4, kinds['mention'])}"
    yield f"reposted:{min(1, kinds['reposted'])}"
    for field in ("items", "facilities", "contacts", "places"):
        spans = [span for span in doc._.get(field) if first <= span.start < last]
        if field == "facilities":
            spans = [facility for facility in spans if facility.concerned]
        yield f"{field}:{min(3, len(spans))}"
    if any(item.quantity_text for item in doc._.items if first <= item.start < last):
        yield "items with amounts"
    if doc._.urgency and first <= doc._.urgency.start < last:
        yield f"urgency:{doc._.urgency.level}"
