"""Score the update model on posts that it was not fitted to; `--write` fits it to all and keeps it.

    python benchmarks/updates.py [--write]

Prints how many of our own later posts get the right kind of change, each told by a model that was
fitted to the other nine tenths.
"""

from __future__ import annotations

import argparse
from collections import Counter

from sklearn.model_selection import StratifiedKFold

import data
from classifiers.measure.updates import (
    bundled_updates,
    describe_updates,
    fit_sieve,
    fit_updates,
    sifted_posts,
)
from classifiers.updates.model import EFFECTS, MODEL_FILE

FOLDS = 10


def main() -> None:
    """Print the scores, or write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="fit to all posts, keep the model")
    write = parser.parse_args().write
    examples = bundled_updates()
    described, kinds = describe_updates(examples), [example.kind for example in examples]
    if write:
        with open(str(data.bundled(f"models/{MODEL_FILE}")), "wb") as file:
            sieve = fit_sieve(*sifted_posts(examples))
            file.write(fit_updates(kinds, described, sieve).to_bytes())
        return
    right, told, wanted = Counter[str](), Counter[str](), Counter[str](kinds)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for seen, unseen in folds.split(kinds, kinds):
        model = fit_updates([kinds[at] for at in seen], [described[at] for at in seen])
        for at in unseen:
            chances = model.probabilities(described[at])
            kind = max(chances, key=lambda effect: chances[effect])
            told[kind] += 1
            right[kind] += kind == kinds[at]
    for kind in EFFECTS:
        print(f"{kind:15} {right[kind]:4} right of {told[kind]:4} told, {wanted[kind]:4} wanted")


if __name__ == "__main__":
    main()
