"""Encodings are told apart by where their everyday characters stand, on posts of the corpus."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from opencc import OpenCC

from spiders.base.tables import encoding_of

CORPUS = Path(__file__).resolve().parents[2] / "data" / "corpus"
LENGTH = 40  # characters; of 15, three of 6,516 are taken for the other encoding


def words() -> list[str]:
    lines = [
        line for path in sorted(CORPUS.glob("*.jsonl")) for line in path.read_bytes().splitlines()
    ]
    texts = (json.loads(line)["text"] for line in lines[::7])
    plain = [re.sub(r"\{\w:([^{}]*)\}", r"\1", text)[:LENGTH] for text in texts]
    return [text for text in plain if len(text) == LENGTH and not text.isascii()]


@pytest.mark.parametrize("encoding", ["gb18030", "big5hkscs", "utf-8"])
def test_a_line_of_a_post_tells_its_encoding(encoding: str) -> None:
    turned = OpenCC("s2t").convert if "big5" in encoding else str
    texts = list(map(turned, words()))
    raws = [raw for text in texts if (raw := text.encode(encoding, "ignore"))]
    assert len(raws) > 100
    assert [raw for raw in raws if encoding_of(raw) != encoding] == []
