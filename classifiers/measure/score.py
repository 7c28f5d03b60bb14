"""Measure the readers: labelled posts and readings go in, precision, recall and F1 come out."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sklearn.metrics import average_precision_score

from classifiers import pipeline
from classifiers.measure.corpus import Example, MarkedAmount
from classifiers.need import LEVELS, Item, Reading, Span

_LENGTHS = (40, 140, 300)  # characters
_VOICES = {"self": "firsthand", "relay": "passed on"}  # as labelled posts call them


@dataclass(frozen=True, slots=True)
class Tally:
    """True and false positives and false negatives, and what follows from them (0..1)."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    @property
    def precision(self) -> float:
        """Share of what was found that is right."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        """Share of what is right that was found."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)


@dataclass(frozen=True, slots=True)
class Score:
    """How well the readers did.

    tallies: of each reader. average_precision: of the score (0..1), over the clear posts.
    parts: of the flags alone, by where posts come from and how long they are.
    """

    posts: int
    requests: int
    average_precision: float
    tallies: dict[str, Tally]
    parts: dict[str, Tally]


def read(examples: Iterable[Example], *, gated: bool = True) -> list[Reading]:
    """Return the reading of each post, by its author where one is known; gated: as in the line."""
    return [
        reading
        for example in examples
        for reading in pipeline.read([example.text], gated=gated, author=example.author)
    ]


def score(examples: Sequence[Example], readings: Sequence[Reading]) -> Score:
    """Compare readings with what people marked in the same posts.

    Goods, facilities, contacts, places and voices are scored on posts labelled request, flagged
    or not; "relaxed" counts a text that contains the other or is contained in it as right.
    What nobody marked in any post has no tally, but for goods.
    """
    tallies = {
        "flag clear": _flags(examples, readings, clear=True),
        "flag all": _flags(examples, readings, clear=False),
    }
    for name, extraction in _EXTRACTIONS.items():
        if not (name.startswith("items") or any(map(extraction.marked, examples))):
            continue  # nobody looked for them
        tallies[name] = sum(
            (
                extraction.tally(example, reading)
                for example, reading in zip(examples, readings, strict=True)
                if example.label == "request" and _tells_of(name, example)
            ),
            Tally(),
        )
    tallies.update(_voices(examples, readings))
    tallies.update(_urgencies(examples, readings))
    tallies.update(_amount_tallies(examples, readings))
    clear = [at for at, example in enumerate(examples) if not example.borderline]
    truth = [examples[at].label == "request" for at in clear]
    scores = [readings[at].score for at in clear]
    average = float(average_precision_score(truth, scores)) if any(truth) else 0.0
    requests = sum(example.label == "request" for example in examples)
    return Score(len(examples), requests, average, tallies, _parts(examples, readings))


def _parts(examples: Sequence[Example], readings: Sequence[Reading]) -> dict[str, Tally]:
    """Return the tally of flags for each source and each length of post that there is."""
    parts: dict[str, list[int]] = {}
    for at, example in enumerate(examples):
        parts.setdefault(f"source {source_of(example)}", []).append(at)
    for at, example in enumerate(examples):
        parts.setdefault(_length_of(example), []).append(at)
    return {
        name: _flags([examples[at] for at in rows], [readings[at] for at in rows], clear=False)
        for name, rows in sorted(parts.items(), key=_place)
    }


def _length_of(example: Example) -> str:
    """Return how long a post is, in characters, as one of few lengths."""
    length = len(example.text)
    names = [f"length {low} to {high - 1}" for low, high in itertools.pairwise((0, *_LENGTHS))]
    return [*names, f"length {_LENGTHS[-1]}+"][sum(length >= end for end in _LENGTHS)]


def _place(part: tuple[str, list[int]]) -> tuple[bool, int, str]:
    """Return by what parts are told in order: sources by name, then lengths, the shortest first."""
    words = part[0].split()
    is_length = words[0] == "length"
    return is_length, int(words[1].rstrip("+")) if is_length else 0, part[0]


def source_of(example: Example) -> str:
    """Return where a post comes from: its source, "real", "invented", or a quiet pair's kind."""
    if example.kind:
        return f"quiet {example.kind}"
    if example.source:
        return example.source
    return "real" if example.real else "invented"


def _flags(examples: Sequence[Example], readings: Sequence[Reading], *, clear: bool) -> Tally:
    tp = fp = fn = 0
    for example, reading in zip(examples, readings, strict=True):
        if clear and example.borderline:
            continue
        wanted = example.label == "request"
        tp += wanted and reading.flagged
        fp += reading.flagged and not wanted
        fn += wanted and not reading.flagged
    return Tally(tp, fp, fn)


def _tells_of(name: str, example: Example) -> bool:
    """Tell whether a post in which nothing is marked says that a reader has to find nothing."""
    if not example.marked:
        return False
    if name.startswith("items"):
        return bool(example.items)  # goods may be asked for without a name
    # The town in a facility's name is read as a place, and nobody marks it twice.
    return bool(example.places) or not name.startswith("places")


def _voices(examples: Sequence[Example], readings: Sequence[Reading]) -> dict[str, Tally]:
    """Return the tally of each voice over the requests whose voice is marked."""
    pairs = [
        (_VOICES.get(example.voice, example.voice), reading.voice)
        for example, reading in zip(examples, readings, strict=True)
        if example.label == "request" and example.voice
    ]
    return {
        f"voice {voice}": Tally(
            tp=sum(marked == read == voice for marked, read in pairs),
            fp=sum(marked != voice == read for marked, read in pairs),
            fn=sum(marked == voice != read for marked, read in pairs),
        )
        for voice in _VOICES.values()
        if any(marked == voice for marked, _ in pairs)
    }


def _urgencies(examples: Sequence[Example], readings: Sequence[Reading]) -> dict[str, Tally]:
    """Return the tally of each level over the requests whose urgency is marked."""
    pairs = [
        (example.urgency, reading.urgency.level if reading.urgency else None)
        for example, reading in zip(examples, readings, strict=True)
        if example.label == "request" and example.urgency
    ]
    return {
        f"urgency {level}": Tally(
            tp=sum(marked == read == level for marked, read in pairs),
            fp=sum(marked != level == read for marked, read in pairs),
            fn=sum(marked == level != read for marked, read in pairs),
        )
        for level in LEVELS
        if any(marked == level for marked, _ in pairs)
    }


def _amount_tallies(examples: Sequence[Example], readings: Sequence[Reading]) -> dict[str, Tally]:
    """Return how many amounts are right, and what kinds of wrong ones there are.

    "amounts": good, number and unit are right; "amounts vague": the words are; "amounts per": of
    those right, what they are told for. "amounts shifted" and "stock asked for" count as fp the
    numbers that stand at another good, and that the goods which are there have; as tp the others.
    """
    names = ("amounts", "amounts vague", "amounts per", "amounts shifted", "stock asked for")
    tallies = dict.fromkeys(names, Tally())
    for example, reading in zip(examples, readings, strict=True):
        if example.label == "request" and (example.amounts or example.stock):
            for name, tally in _of_amounts(example, reading).items():
                tallies[name] += tally
    return {name: tally for name, tally in tallies.items() if tally != Tally()}


def _of_amounts(example: Example, reading: Reading) -> dict[str, Tally]:
    unmatched = [item for item in reading.items if item.quantity_text]
    right: dict[bool, int] = {True: 0, False: 0}  # by whether the amount is vague
    pers = 0
    for marked in example.amounts:
        for item in unmatched:
            if _same_goods(marked, item) and _same_amount(marked, item):
                unmatched.remove(item)
                right[marked.quantity is None] += 1
                pers += item.per == marked.per
                break
    vague = sum(marked.quantity is None for marked in example.amounts)
    numbers = [item for item in unmatched if item.quantity is not None]
    shifted = sum(
        any(_same_amount(marked, item) and not _same_goods(marked, item) for marked in others)
        for item in numbers
        if (others := example.amounts)
        and not any(_same_amount(marked, item) and _same_goods(marked, item) for marked in others)
    )
    stock = sum(
        any(_same_goods(there, item) and there.quantity == item.quantity for there in example.stock)
        for item in numbers
    )
    return {
        "amounts": Tally(right[False], len(numbers), len(example.amounts) - vague - right[False]),
        "amounts vague": Tally(right[True], len(unmatched) - len(numbers), vague - right[True]),
        "amounts per": Tally(pers, sum(right.values()) - pers, sum(right.values()) - pers),
        "amounts shifted": Tally(right[False], shifted, 0),
        "stock asked for": Tally(len(example.stock) - stock, stock, 0)
        if len(example.stock) >= stock
        else Tally(0, stock, 0),
    }


def _same_goods(marked: MarkedAmount, item: Item) -> bool:
    one, other = _plain(marked.goods), _plain(item.text)
    return one in other or other in one


def _same_amount(marked: MarkedAmount, item: Item) -> bool:
    if marked.quantity is None:
        read = _plain(item.quantity_text or "")
        words = _plain(marked.words or "")
        return item.quantity is None and bool(read) and (read in words or words in read)
    ends = (item.quantity, item.quantity_max) == (marked.quantity, marked.quantity_max)
    return ends and _plain(item.unit or "") == _plain(marked.unit or "")


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def _letters(text: str) -> str:
    return "".join(char for char in _plain(text) if char.isalnum())


def _matched(marked: set[str], read: set[str], *, relaxed: bool) -> Tally:
    """Match each marked text with one that was read, the longest first."""
    unmatched = sorted(read, key=len, reverse=True)
    tp = 0
    for text in sorted(marked, key=len, reverse=True):
        for other in unmatched:
            if text == other or (relaxed and text and other and (text in other or other in text)):
                unmatched.remove(other)
                tp += 1
                break
    return Tally(tp, len(unmatched), len(marked) - tp)


def _texts_of(spans: Iterable[Span]) -> list[str]:
    return [span.text for span in spans]


@dataclass(frozen=True, slots=True)
class _Extraction:
    """What people marked in a post and a reader read there, each made comparable by `plain`."""

    marked: Callable[[Example], Iterable[str]]
    read: Callable[[Reading], Iterable[str]]
    relaxed: bool = True
    plain: Callable[[str], str] = _plain

    def tally(self, example: Example, reading: Reading) -> Tally:
        """Return how much of what is marked in one post was read."""
        marked = set(map(self.plain, self.marked(example)))
        read = set(map(self.plain, self.read(reading)))
        return _matched(marked, read, relaxed=self.relaxed)


_EXTRACTIONS = {
    "items exact": _Extraction(lambda e: e.items, lambda r: _texts_of(r.items), relaxed=False),
    "items relaxed": _Extraction(lambda e: e.items, lambda r: _texts_of(r.items)),
    "facilities relaxed": _Extraction(lambda e: e.facilities, lambda r: _texts_of(r.concerned)),
    "contacts": _Extraction(
        lambda e: e.contacts,
        lambda r: [contact.value for contact in r.contacts],
        relaxed=False,
        plain=_letters,
    ),
    "places relaxed": _Extraction(lambda e: e.places, lambda r: _texts_of(r.places)),
}
