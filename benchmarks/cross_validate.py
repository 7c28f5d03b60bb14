"""Cross-validate the request classifier and measure the readers on files of labelled posts.

usage: python benchmarks/cross_validate.py [--seed N] LABELLED.jsonl…

Five folds by post; posts that nearly repeat each other stay in one fold. Each fold is judged by a
model fitted to the corpus and the other four folds, and by one fitted to the corpus alone. Goods,
facilities and contacts are read by rules, so they need no folds. Of several files the posts are
put together, and the figures of each are told as well. Prints JSON.
"""

from __future__ import annotations

import itertools
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process
from sklearn.model_selection import StratifiedGroupKFold

from classifiers.measure import corpus, score, train
from classifiers.measure.corpus import Example
from classifiers.need import NOISE, Reading
from classifiers.normalise import normalise
from classifiers.request import gate
from classifiers.request.model import Description, Model
from monitor.merge import plea_of

SAME = 70  # percent in common from which two posts stay in one fold
FOLDS = 5


def groups(examples: list[Example]) -> list[int]:
    """Return a number for each post, the same for posts that repeat or hold each other."""
    words = [plea_of(example.text) for example in examples]
    group = list(range(len(words)))

    def first(at: int) -> int:
        while group[at] != at:
            at = group[at]
        return at

    alike = process.cdist(words, words, scorer=fuzz.ratio, score_cutoff=SAME, workers=-1)
    for one, other in zip(*np.nonzero(alike), strict=True):
        if words[one] and words[other]:
            group[first(int(one))] = first(int(other))
    for one, text in enumerate(words):
        for other, longer in enumerate(words):
            if len(text) >= 16 and text in longer:
                group[first(one)] = first(other)
    return [first(at) for at in range(len(words))]


def judged(model: Model, described: list[Description], readings: list[Reading]) -> list[Reading]:
    """Return the readings with flag and score as `model` gives them."""
    scores = model.calibrated(described)
    return [
        replace(reading, score=float(s), flagged=bool(s >= model.threshold))
        if reading is not NOISE and model.lets_through(of_post.whole)
        else NOISE
        for reading, of_post, s in zip(readings, described, scores, strict=True)
    ]


def figures(examples: list[Example], readings: list[Reading]) -> dict[str, object]:
    """Return what `score` measures as plain values."""
    found = score.score(examples, readings)
    return {
        "average_precision": round(found.average_precision, 4),
        **{
            name: {
                "precision": round(f.precision, 4),
                "recall": round(f.recall, 4),
                "f1": round(f.f1, 4),
                **asdict(f),
            }
            for name, f in found.tallies.items()
        },
    }


def main(paths: list[Path], seed: int) -> dict[str, object]:
    """Return the figures of both models; seed: of the folds."""
    files = [corpus.from_file(path) for path in paths]
    own, posts = corpus.bundled(), [post for of_file in files for post in of_file]
    own_described, described = train.describe(own), train.describe(posts)
    read = score.read(posts, gated=False)
    passed = [gate.passes(normalise(post.text)) for post in posts]
    read = [r if ok else NOISE for r, ok in zip(read, passed, strict=True)]

    alone = judged(train.fit(own, own_described), described, read)
    crossed: list[Reading] = list(read)
    through = np.zeros(len(posts), dtype=bool)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    wanted = np.array([post.label for post in posts])
    for known, other in folds.split(wanted, wanted, groups(posts)):
        model = train.fit(
            own + [posts[at] for at in known], own_described + [described[at] for at in known]
        )
        through[other] = [model.lets_through(described[at].whole) for at in other]
        of_fold = judged(model, [described[at] for at in other], [read[at] for at in other])
        for at, reading in zip(other, of_fold, strict=True):
            crossed[at] = reading

    def share(passing: np.ndarray) -> float:
        return round(float(passing[wanted == "request"].mean()), 4)

    ends = np.cumsum([0, *map(len, files)])
    each = {
        path.name: figures(posts[start:end], crossed[start:end])
        for path, (start, end) in zip(paths, itertools.pairwise(ends), strict=True)
    }
    return {
        "posts": len(posts),
        "requests": int((wanted == "request").sum()),
        "corpus": len(own),
        "seed": seed,
        "share of requests that pass the gate": share(np.array(passed)),
        "share of requests that the sieve lets through": share(through),
        "fitted to corpus and other folds": figures(posts, crossed),
        **({"each file of those": each} if len(files) > 1 else {}),
        "fitted to the corpus alone": figures(posts, alone),
    }


if __name__ == "__main__":
    arguments = sys.argv[1:]
    chosen = int(arguments.pop(1)) if arguments[:1] == ["--seed"] and arguments[1:] else 0
    arguments = [word for word in arguments if word != "--seed"]
    if not arguments:
        sys.exit(__doc__)
    print(json.dumps(main(list(map(Path, arguments)), chosen), ensure_ascii=False, indent=2))
