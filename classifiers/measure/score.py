"""Measure the readers: labelled posts and readings go in, precision, recall and F1 come out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sklearn.metrics import average_precision_score

from classifiers.measure.corpus import Example
from classifiers.need import Reading

_VOICES = {"self": "firsthand", "relay": "passed on"}  # as labelled posts call them


@dataclass(frozen=True, slots=True)
class Figures:
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

    def __add__(self, other: Figures) -> Figures:
        return Figures(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of each reader; average_precision is that of the score over clear posts."""

    posts: int
    requests: int
    average_precision: float
    figures: dict[str, Figures]


def score(examples: Sequence[Example], readings: Sequence[Reading]) -> Score:
    """Compare readings with what people marked in the same posts.

    Goods, facilities, contacts, places and voices are scored on posts labelled request, flagged
    or not; "relaxed" counts a text that contains the other or is contained in it as right.
    What nobody marked in any post has no figures, but for goods.
    """
    figures = {
        "flag clear": _flags(examples, readings, clear=True),
        "flag all": _flags(examples, readings, clear=False),
    }
    extractions: dict[str, tuple[Callable, Callable, bool, Callable]] = {
        "items exact": (lambda e: e.items, _texts_of("items"), False, _plain),
        "items relaxed": (lambda e: e.items, _texts_of("items"), True, _plain),
        "facilities relaxed": (lambda e: e.facilities, _texts_of("facilities"), True, _plain),
        "contacts": (
            lambda e: e.contacts,
            lambda r: [contact.value for contact in r.contacts],
            False,
            _letters,
        ),
        "places relaxed": (lambda e: e.places, _texts_of("places"), True, _plain),
    }
    for name, (marked, found, relaxed, plain) in extractions.items():
        if not (name.startswith("items") or any(map(marked, examples))):
            continue  # nobody looked for them
        figures[name] = sum(
            (
                _matched(map(plain, marked(example)), map(plain, found(reading)), relaxed)
                for example, reading in zip(examples, readings, strict=True)
                if example.label == "request" and _tells_of(name, example)
            ),
            Figures(),
        )
    figures.update(_voices(examples, readings))
    clear = [at for at, example in enumerate(examples) if not example.borderline]
    truth = [examples[at].label == "request" for at in clear]
    scores = [readings[at].score for at in clear]
    average = float(average_precision_score(truth, scores)) if any(truth) else 0.0
    requests = sum(example.label == "request" for example in examples)
    return Score(len(examples), requests, average, figures)


def _flags(examples: Sequence[Example], readings: Sequence[Reading], *, clear: bool) -> Figures:
    tp = fp = fn = 0
    for example, reading in zip(examples, readings, strict=True):
        if clear and example.borderline:
            continue
        wanted = example.label == "request"
        tp += wanted and reading.flagged
        fp += reading.flagged and not wanted
        fn += wanted and not reading.flagged
    return Figures(tp, fp, fn)


def _tells_of(name: str, example: Example) -> bool:
    """Tell whether a post in which nothing is marked says that a reader has to find nothing."""
    if name.startswith("items"):
        return bool(example.items)  # goods may be asked for without a name
    # The town in a facility's name is read as a place, and nobody marks it twice.
    return bool(example.places) or not name.startswith("places")


def _voices(examples: Sequence[Example], readings: Sequence[Reading]) -> dict[str, Figures]:
    """Return the figures of each voice over the requests whose voice is marked."""
    pairs = [
        (_VOICES.get(example.voice, example.voice), reading.voice)
        for example, reading in zip(examples, readings, strict=True)
        if example.label == "request" and example.voice
    ]
    return {
        f"voice {voice}": Figures(
            tp=sum(wanted == found == voice for wanted, found in pairs),
            fp=sum(wanted != voice == found for wanted, found in pairs),
            fn=sum(wanted == voice != found for wanted, found in pairs),
        )
        for voice in _VOICES.values()
        if any(wanted == voice for wanted, _ in pairs)
    }


def _texts_of(field: str) -> Callable[[Reading], list[str]]:
    return lambda reading: [span.text for span in getattr(reading, field)]


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def _letters(text: str) -> str:
    return "".join(char for char in _plain(text) if char.isalnum())


def _matched(marked: Iterable[str], found: Iterable[str], relaxed: bool) -> Figures:
    """Match each marked text with one that was found, the longest first."""
    wanted = sorted(set(marked), key=len, reverse=True)
    left = sorted(set(found), key=len, reverse=True)
    tp = 0
    for text in wanted:
        for other in left:
            if text == other or (relaxed and text and other and (text in other or other in text)):
                left.remove(other)
                tp += 1
                break
    return Figures(tp, len(left), len(wanted) - tp)
