"""Train and measure the readers on the bundled corpus or on files of labelled posts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from classifiers import corpus, pipeline, request
from classifiers import score as scoring
from classifiers import train as fitting
from classifiers.corpus import Example
from classifiers.score import Score
from monitor.errors import DistressError


def count(posts: Path | None) -> int:
    """Return how many posts `train` would learn from."""
    return len(_to_learn(posts))


def train(
    folder: Path, posts: Path | None, *, on_progress: Callable[[int], None] | None = None
) -> Path:
    """Fit a model to the corpus less its held-out fifth, and to `posts`; return its file."""
    examples = _to_learn(posts)
    described = fitting.describe(examples, on_progress=on_progress)
    try:
        model = fitting.fit(described, [example.label for example in examples])
    except ValueError as error:
        raise DistressError(str(error)) from None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / request.MODEL_FILE
    part = path.with_suffix(".part")
    part.write_bytes(model.to_bytes())
    part.replace(path)
    return path


def score(posts: Path | None, model: Path | None) -> Score:
    """Measure the readers on `posts`, or on the corpus's held-out fifth."""
    if model:
        if not (model / request.MODEL_FILE).is_file():
            raise DistressError(
                f"no {request.MODEL_FILE} in {model}; make one with: distress train"
            )
        request.use_models_in(model)
    examples = _labelled(posts) if posts else [e for e in corpus.bundled() if e.held_out]
    return scoring.score(examples, list(pipeline.read(example.text for example in examples)))


def _to_learn(posts: Path | None) -> list[Example]:
    own = [example for example in corpus.bundled() if not example.held_out]
    return own + (_labelled(posts) if posts else [])


def _labelled(posts: Path) -> list[Example]:
    try:
        return corpus.from_file(posts)
    except (ValueError, OSError) as error:
        raise DistressError(str(error)) from None
