"""Measure the readers: labelled posts and readings go in, precision, recall and F1 come out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sklearn.metrics import average_precision_score

from classifiers.measure.corpus import Example
from classifiers.need import Reading, Span

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
    """

    posts: int
    requests: int
    average_precision: float
    tallies: dict[str, Tally]


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
    clear = [at for at, example in enumerate(examples) if not example.borderline]
    truth = [examples[at].label == "request" for at in clear]
    scores = [readings[at].score for at in clear]
    average = float(average_precision_score(truth, scores)) if any(truth) else 0.0
    requests = sum(example.label == "request" for example in examples)
    return Score(len(examples), requests, average, tallies)


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
