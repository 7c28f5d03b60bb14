"""Read marked-up sentences: `{…}` marks what a reader must find; without marks it finds nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc

from classifiers import pipeline
from classifiers.normalise import normalise
from classifiers.parts import read_parts

CASES = Path(__file__).parent / "cases"
_MARK = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Marked:
    """A sentence, its marks as (note, text, start), and the label that stands before a tab."""

    text: str
    marks: tuple[tuple[str, str, int], ...]
    label: str


def load(name: str) -> list[Marked]:
    """Return the sentences of tests/cases/NAME.txt; `#` and a space start a comment line."""
    lines = (CASES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [parse(line) for line in lines if line.strip() and not line.startswith("# ")]


def parse(line: str) -> Marked:
    r"""Return one marked-up line; a mark is `{text}` or `{note|text}`, `\n` is a line break."""
    label, tab, rest = line.rpartition("\t")
    rest = rest.replace("\\n", "\n")
    text, marks, at = "", [], 0
    for match in _MARK.finditer(rest):
        text += rest[at : match.start()]
        note, _, words = match[1].rpartition("|")
        marks.append((note, words, len(text)))
        text += words
        at = match.end()
    return Marked(text + rest[at:], tuple(marks), label if tab else "")


def doc_of(text: str) -> Doc:
    """Return the Doc of a post with its parts read."""
    plain = normalise(text)
    doc = Doc(pipeline.build().vocab, words=list(plain), spaces=[False] * len(plain))
    doc._.original = text
    doc._.parts = read_parts(doc)
    return doc
