"""Train and measure the readers on the bundled corpus, on files of labelled posts, on outcomes."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from classifiers.measure import corpus
from classifiers.measure import score as scoring
from classifiers.measure import train as fitting
from classifiers.measure.corpus import Example
from classifiers.measure.score import Score
from classifiers.need import NOISE, Reading
from classifiers.normalise import normalise
from classifiers.request import gate, request
from classifiers.request.model import Description, Model
from monitor.calling import dispositions
from monitor.errors import DistressError
from monitor.flag import labels, model
from monitor.store import Store

TOLERANCE = 0.01  # two or three posts of the held-out corpus; less is noise
ENOUGH = 30  # posts held out from outcomes, below which one post outweighs the tolerance
_END = re.compile(r"[。!?;\n#]|//@")
_TELLING = 12  # letters of a sentence that two posts do not share by chance
CANDIDATE_FILE = "request.candidate.npz"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A figure (0..1) of the present and of the new model on one pinned set."""

    pinned: str
    figure: str
    before: float
    after: float

    @property
    def fell(self) -> bool:
        """Whether the new model is worse by more than noise."""
        return self.after < self.before - TOLERANCE


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """The file of the new model, how many posts it learnt from, and what it was compared on."""

    path: Path
    learnt: int
    compared: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class PinnedSet:
    """Posts that no model learns from, and on which a new one must be no worse."""

    name: str
    examples: Sequence[Example]


def from_outcomes(store_path: Path) -> list[Example]:
    """Return what the callbacks of a store teach; raises DistressError where that is nothing."""
    with Store(store_path, create=False) as store:
        outcomes = labels.examples(store)
    if not outcomes:
        telling = ", ".join(dispositions.labels())
        raise DistressError(
            f"no callback teaches anything yet: none ended with {telling}. "
            "Import outcomes with: distress callback import FILE…"
        )
    return outcomes


def to_learn(posts: Sequence[Example] = (), outcomes: Sequence[Example] = ()) -> list[Example]:
    """Return the corpus, the posts and the outcomes less their held-out fifths."""
    return [e for e in (*corpus.bundled(), *posts, *outcomes) if not e.held_out]


def pinned(posts: Sequence[Example] = (), outcomes: Sequence[Example] = ()) -> list[PinnedSet]:
    """Return the corpus's held-out fifth, and those of posts and outcomes that can tell."""
    sets = [PinnedSet("corpus", [example for example in corpus.bundled() if example.held_out])]
    for name, examples in (("posts", posts), ("outcomes", outcomes)):
        held_out = [example for example in examples if example.held_out]
        if len(held_out) >= ENOUGH and len({e.label == "request" for e in held_out}) > 1:
            sets.append(PinnedSet(name, held_out))
    return sets


def labelled(posts: Path) -> list[Example]:
    """Return the labelled posts of a file; those whose longest sentence is one have one pair.

    So a plea and what passes it on are held out together. Raises DistressError naming the line
    that is not a labelled post.
    """
    return [
        dataclasses.replace(example, pair=example.pair or _longest_sentence(example.text))
        for example in _labelled(posts)
    ]


def _longest_sentence(text: str) -> str | None:
    """Return the letters of the longest sentence, None where that is too short to tell."""
    sentences = ("".join(filter(str.isalnum, piece)) for piece in _END.split(normalise(text)))
    longest = max(sentences, key=len)
    return longest if len(longest) >= _TELLING else None


def train(
    folder: Path,
    examples: Sequence[Example],
    measured_on: Sequence[PinnedSet],
    *,
    accept_worse: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> TrainingResult:
    """Fit a model to `examples` and put it into `folder` if it is no worse than the present one.

    Raises DistressError where a figure fell; the new model then lies beside the old one.
    """
    descriptions = fitting.describe(examples, on_progress=on_progress)
    try:
        new_model = fitting.fit(examples, descriptions)
    except ValueError as error:
        raise DistressError(str(error)) from None
    comparisons = replace(folder, new_model.to_bytes(), measured_on, accept_worse=accept_worse)
    return TrainingResult(folder / request.MODEL_FILE, len(examples), tuple(comparisons))


def replace(
    folder: Path, content: bytes, measured_on: Sequence[PinnedSet], *, accept_worse: bool = False
) -> list[Comparison]:
    """Put a new model's file into `folder` if it is no worse than the model that is there.

    The bundled model is compared with where the folder has none. Raises DistressError naming
    every figure that fell, unless `accept_worse`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    candidate = folder / CANDIDATE_FILE
    part = candidate.with_suffix(".part")
    part.write_bytes(content)
    part.replace(candidate)
    old = model.present(folder)
    comparisons = _compare(old[0], Model.from_bytes(content), measured_on) if old else []
    losses = [
        f"{entry.figure} on the held-out {entry.pinned} fell "
        f"from {entry.before:.3f} to {entry.after:.3f}"
        for entry in comparisons
        if entry.fell
    ]
    if old and losses and not accept_worse:
        raise DistressError(
            f"the new model is worse than {old[1]}, which stays in use: {'; '.join(losses)}. "
            f"The new one is kept as {candidate}; to use it all the same add --accept-worse"
        )
    candidate.replace(folder / request.MODEL_FILE)
    return comparisons


def _compare(old: Model, new: Model, measured_on: Sequence[PinnedSet]) -> list[Comparison]:
    comparisons = []
    for entry in measured_on:
        descriptions = fitting.describe(entry.examples)
        before = figures_of(old, entry.examples, descriptions)
        after = figures_of(new, entry.examples, descriptions)
        comparisons += [Comparison(entry.name, name, before[name], after[name]) for name in before]
    return comparisons


def figures_of(
    judge: Model, examples: Sequence[Example], descriptions: Sequence[Description]
) -> dict[str, float]:
    """Return the average precision and the F1 (0..1) of the flags of a model on described posts."""
    readings = judged(judge, examples, descriptions)
    result = scoring.score(examples, readings)
    return {
        "average precision": result.average_precision,
        "F1 of flags (clear)": result.tallies["flag clear"].f1,
        "F1 of flags (all)": result.tallies["flag all"].f1,
    }


def judged(
    judge: Model, examples: Sequence[Example], descriptions: Sequence[Description]
) -> list[Reading]:
    """Return readings with the flag and score that the line would give with this model."""
    scores = judge.calibrated(descriptions)
    return [
        Reading(flagged=bool(score >= judge.threshold), score=round(float(score), 4))
        if gate.passes(normalise(example.text)) and judge.lets_through(post.whole)
        else NOISE
        for example, post, score in zip(examples, descriptions, scores, strict=True)
    ]


def score(posts: Path | None, folder: Path | None) -> Score:
    """Measure the readers, with the model in `folder`, on `posts` or the held-out corpus."""
    if folder:
        model.use(folder)
    return score_on(_labelled(posts) if posts else pinned()[0].examples)


def score_on(examples: Sequence[Example]) -> Score:
    """Measure the readers, with the model in use, on labelled posts."""
    return scoring.score(examples, scoring.read(examples))


def _labelled(posts: Path) -> list[Example]:
    try:
        return corpus.from_file(posts)
    except (ValueError, OSError) as error:
        raise DistressError(str(error)) from None
