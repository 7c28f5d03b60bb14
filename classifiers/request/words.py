"""Cut a normalised text into words with jieba, which here knows our lexicons."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import data
from classifiers.request import roles

if TYPE_CHECKING:
    import jieba


@cache
def _cutter() -> jieba.Tokenizer:
    """Return a tokenizer of our own, so that others' use of jieba is not changed."""
    from classifiers.dictionary import jieba  # takes long to load, and most posts are noise

    jieba.initialize()
    cutter = jieba.Tokenizer()  # its dictionary is copied: loading it once more takes longer
    cutter.FREQ, cutter.total, cutter.initialized = dict(jieba.dt.FREQ), jieba.dt.total, True
    for role in roles.roles():
        for word in roles.words(role):
            if len(word) > 1:
                cutter.add_word(word)
    for name, *_ in data.read_table("lexicons/goods.tsv"):
        if "+" not in name:
            cutter.add_word(name.lstrip("?"))
    return cutter


@lru_cache(maxsize=512)  # of a post the same pieces are cut in each of its views
def cut(piece: str) -> tuple[str, ...]:
    """Return the words of a text in order, without blanks."""
    return tuple(word for word in _cutter().lcut(piece) if word.strip())
