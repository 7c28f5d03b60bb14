"""The pages speak Chinese and English, and neither is left half done."""

from __future__ import annotations

import re
from pathlib import Path

import messages
import pytest
from staged_day import NOW, settings_in, stage

import data
from monitor import digest, pages, supply
from monitor.language import language
from monitor.settings import Settings
from monitor.store import Store

CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_FILLED = re.compile(r"%\((\w+)\)s")


def as_tuple(words: object) -> tuple[str, ...]:
    """Return the forms of a message: one, or two where a number decides."""
    return words if isinstance(words, tuple) else (str(words),)


def test_every_word_of_the_pages_has_its_english() -> None:
    wanted = {message.id for message in messages.messages() if message.id}
    there = {message.id: message.string for message in messages.translated() if message.id}
    assert sorted(map(str, wanted - there.keys())) == []
    assert [words for words in wanted if not all(as_tuple(there[words]))] == []


def test_no_word_stays_in_the_catalog_that_no_page_says() -> None:
    wanted = {message.id for message in messages.messages()}
    there = {message.id for message in messages.translated()}
    assert sorted(map(str, there - wanted)) == []


def test_a_translation_fills_in_what_the_message_does_and_is_no_chinese() -> None:
    for message in messages.translated():
        if not message.id:
            continue
        said, given = str(message.string), str(message.id)
        assert set(_FILLED.findall(said)) <= set(_FILLED.findall(given)), given
        assert not CHINESE.search(said), given


def test_words_that_are_not_in_the_catalog_are_said_as_they_are() -> None:
    assert language("en").say("没有这样的词") == "没有这样的词"
    assert language().say("还有 %(n)s 案", n=3) == "还有 3 案"


def test_all_goods_have_an_english_name() -> None:
    names = language("en").names
    assert [row[0] for row in data.read_table("lexicons/goods.tsv") if row[0] not in names] == []


_SAID = re.compile(
    r"""\b(?:_|N_|gettext|spoken\.say)\(\s*(?:"[^"]*"|'[^']*'|`[^`]*`)"""
    r"""|\bngettext\("[^"]*", "[^"]*\""""
)
_COMMENTS = re.compile(r"\{#.*?#\}|<!--.*?-->|^\s*//.*?$|\s//\s.*?$", re.S | re.M)
# The rules of calling say nothing: what stands in calling/page is compared, never shown.
PARTS = sorted(
    path for path in Path(pages.__file__).parent.rglob("*") if path.suffix in {".html", ".js"}
)


@pytest.mark.parametrize("path", PARTS, ids=[path.name for path in PARTS])
def test_no_chinese_word_of_a_page_escapes_the_catalog(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    rest = _SAID.sub("", _COMMENTS.sub("", text) if path.suffix == ".html" else text)
    rest = _COMMENTS.sub("", rest)
    assert [line.strip() for line in rest.splitlines() if CHINESE.search(line)] == []


@pytest.mark.parametrize("code", ["zh-CN", "en"])
def test_the_page_says_its_language(store: Store, tmp_path: Path, code: str) -> None:
    stage(store, 3)
    settings = Settings.model_validate({**dict(settings_in(tmp_path)), "language": code})
    supply.open_lines(store)
    for page in digest.write(store, settings, now=NOW).glob("*.html"):
        assert f'<html lang="{code}">' in page.read_text(encoding="utf-8")
