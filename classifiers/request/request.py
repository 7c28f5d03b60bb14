"""Tell whether a post is a supply request of medical workers: a read Doc in, a judgement out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import data
from classifiers.reader import reader
from classifiers.request.model import Description, Model

if TYPE_CHECKING:
    from spacy.tokens import Doc

MODEL_FILE = "request.npz"
_chosen: list[Path] = []


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a post is flagged, the probability that it is a request, and its likeliest label."""

    flagged: bool
    score: float
    label: str


def use_models_in(folder: Path | None) -> None:
    """Judge by the model that `distress train` left in `folder`, by the bundled one for None."""
    _chosen[:] = [folder] if folder else []
    model.cache_clear()


@cache
def model() -> Model:
    """Return the model in use.

    Raises FileNotFoundError where there is none.
    """
    if _chosen:
        return Model.from_bytes((_chosen[0] / MODEL_FILE).read_bytes())
    return Model.from_bytes(data.read_bytes(f"models/{MODEL_FILE}"))


@reader("request", after=("features", "views"), empty=Judgement(False, 0.0, "none"))
def judge(doc: Doc) -> Judgement:
    """Return the judgement of a post; one that is flagged is labelled a request."""
    in_use = model()
    post = Description(doc._.features, doc._.views)
    score, probabilities = in_use.judged(post)
    flagged = score >= in_use.threshold
    order = probabilities.argsort()[::-1]
    likeliest = next(in_use.labels[at] for at in order if flagged or in_use.labels[at] != "request")
    return Judgement(flagged, round(score, 4), "request" if flagged else likeliest)
