"""Cut a normalised text into words with jieba, which here knows our lexicons."""

from __future__ import annotations

import logging
from functools import cache

import jieba

import data
from classifiers.request import roles

jieba.setLogLevel(logging.WARNING)  # it tells of its dictionary on standard error otherwise


@cache
def _cutter() -> jieba.Tokenizer:
    """Return a tokenizer of our own, so that others' use of jieba is not changed."""
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


def cut(text: str) -> list[str]:
    """Return the words of a text in order, without blanks."""
    return [word for word in _cutter().lcut(text) if word.strip()]
