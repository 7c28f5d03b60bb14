"""Put the readers on one spaCy Language: texts go in, readings come out in the same order."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

import classifiers
from classifiers.need import NOISE, Reading
from classifiers.normalise import normalise
from classifiers.reader import READERS, in_order
from classifiers.request import gate, quick, request

if TYPE_CHECKING:
    import numpy as np
    from spacy.language import Language
    from spacy.tokens import Doc

_JUDGED = "request"
LONGEST = 20_000  # characters that are read; a longer post is not a person's message
RULES = 11  # count up when readers or lexicons change so that posts deserve another reading
_NAMING = re.compile(r"[院科队]|\d{7}|中心")  # of a facility or a number
_OWN_FIELDS = {f.name for f in dataclasses.fields(Reading)}


@cache
def build() -> Language:
    """Return the Language with every reader of this package, in working order."""
    # Takes as long to load as everything else, and most posts are noise before it is needed.
    from spacy.lang.zh import Chinese
    from spacy.language import Language
    from spacy.tokens import Doc

    for module in pkgutil.iter_modules(classifiers.__path__):  # a folder imports its own readers
        importlib.import_module(f"classifiers.{module.name}")
    language = Chinese.from_config({"nlp": {"tokenizer": {"segmenter": "char"}}})
    Doc.set_extension("original", default="", force=True)
    Doc.set_extension("quick", default=None, force=True)
    Doc.set_extension("author", default=None, force=True)
    for entry in in_order():
        Doc.set_extension(entry.field, default=entry.empty, force=True)
        Language.component(entry.component, func=entry)
        language.add_pipe(entry.component)
    return language


def fields() -> list[str]:
    """Return the fields that are read, in working order."""
    build()
    return [entry.field for entry in in_order()]


def version() -> str:
    """Return what tells one set of readers from another: the release of words and weights."""
    return f"{RULES}-{request.model().version}"


def annotate(text: str, author: str | None = None) -> Doc:
    """Return a Doc with all that is read before the request is judged; training starts here.

    author: the name of who wrote it, where it is known.
    """
    language = build()
    names = list(language.pipe_names)
    judging = names[names.index(READERS[_JUDGED].component) :]
    plain = normalise(text[:LONGEST])
    doc = _make_doc(text, plain, quick.features(plain))
    doc._.author = author
    return language(doc, disable=judging)


def read(
    texts: Iterable[str], *, gated: bool = True, author: str | None = None
) -> Iterator[Reading]:
    """Yield the reading of each text; what gate or sieve stop is noise.

    gated: False reads what they would stop, too, for measuring the readers. author: the name of
    who wrote all of them, where it is known.
    """
    for text in texts:
        plain = normalise(text[:LONGEST])
        if gated and not gate.passes(plain):
            yield NOISE
            continue
        numbers = quick.features(plain)
        if gated and not request.model().lets_through(numbers):
            yield NOISE
        else:
            doc = _make_doc(text, plain, numbers)
            doc._.author = author
            yield _reading(build()(doc))


def read_post(text: str, author: str | None = None) -> Reading:
    """Return the reading of a post, also of one that only says what changed of a need.

    author: the name of who wrote it, where it is known; it may tell who speaks.
    """
    [reading] = read([text], author=author)
    return _read_update(text) if reading is NOISE else reading


def _read_update(text: str) -> Reading:
    """Return the reading of a post that is stopped but says that a need told before changed.

    It is never flagged. All others are noise; only what may name somebody is read as a whole.
    """
    from classifiers.updates import may_update, updates_of  # loads most readers

    plain = normalise(text[:LONGEST])
    if not may_update(plain):
        return NOISE
    statements = updates_of(text, {})
    if not statements:
        return NOISE
    if not _NAMING.search(plain):
        return Reading(details={"updates": statements})
    [reading] = read([text], gated=False)
    return dataclasses.replace(reading, flagged=False)


def _make_doc(text: str, plain: str, numbers: np.ndarray | None) -> Doc:
    """Return a Doc with a token a character, blanks too; the tokenizer takes twice as long."""
    from spacy.tokens import Doc

    doc = Doc(build().vocab, words=list(plain), spaces=[False] * len(plain))
    doc._.original, doc._.quick = text, numbers
    doc.user_data["plain"] = plain
    return doc


def _reading(doc: Doc) -> Reading:
    """Gather what the readers left on `doc`."""
    fields = {name: doc._.get(name) for name, entry in READERS.items() if entry.shown}
    judgement = fields.pop(_JUDGED)
    own = {name: fields.pop(name) for name in list(fields) if name in _OWN_FIELDS}
    return Reading(
        flagged=judgement.flagged,
        score=judgement.score,
        label=judgement.label,
        details=fields,
        **own,
    )
