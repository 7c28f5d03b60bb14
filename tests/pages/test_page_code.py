"""Templates as code: a page shows what Jinja's own code would put there, and as safe."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po
from jinja2 import UndefinedError
from markupsafe import Markup

import data
from monitor.language import LANGUAGES, language
from monitor.masking import plain
from monitor.pages import Templates, environment, utc
from monitor.pages.compiler import shown

_DAY = datetime(2026, 2, 12, 6, 30, tzinfo=UTC)
_HOLE = re.compile(r"%\((\w+)\)s")
_HOSTILE = '<b title="&">\u202e%(x)s %'


def made(source: str, code: str = LANGUAGES[0], /, **values: object) -> str:
    return templates(code).from_string(source).render(values)


def templates(code: str = LANGUAGES[0]) -> Templates:
    return environment(ZoneInfo("Asia/Shanghai"), _DAY, code)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("武汉第7医院", "武汉第7医院"),
        ("", ""),
        (None, ""),
        (40, "40"),
        (True, "True"),
        (1.5, "1.5"),
        ("<a href='x'>", "&lt;a href=&#39;x&#39;&gt;"),
        ("一\u202e二 \u200e三", "一\ufffd二 三"),
        (Markup("<b>&amp;</b>"), "<b>&amp;</b>"),
    ],
)
def test_a_value_is_shown_plain_and_escaped_once(value: object, words: str) -> None:
    assert shown(value) == words
    assert made("{{ value }}", value=value) == words


def test_no_letter_or_digit_would_have_been_escaped_or_made_plain() -> None:
    letters = "".join(char for char in map(chr, range(0x110000)) if char.isalnum())
    assert plain(f"\n{letters}") == f"\n{letters}"
    assert not set(letters) & set("<>&'\"")


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_message_cut_at_its_values_reads_as_gettext_fills_it(code: str) -> None:
    catalog = read_po(io.BytesIO(data.read_bytes("locale/en.po")), locale="en")
    messages = [one.id for one in catalog if isinstance(one.id, str)]
    filled = [message for message in messages if _HOLE.search(message)]
    assert len(filled) > 50
    for message in filled:
        values = {name: f"{name}〇<&>" for name in _HOLE.findall(message)}
        call = ", ".join(f"{name}={name}" for name in values)
        source = "{{ _(" + repr(message) + (f", {call}" if call else "") + ") }}"
        expected = Markup(language(code).say(message)) % values
        assert made(source, code, **values) == expected, message


def test_a_value_in_a_message_is_made_plain_and_escaped() -> None:
    told = made('{{ _("%(count)s 条：%(words)s，100%%", count=2, words=words) }}', words=_HOSTILE)
    assert told == "2 条：&lt;b title=&#34;&amp;&#34;&gt;\ufffd%(x)s %，100%"


def test_a_condition_without_another_side_shows_nothing() -> None:
    assert made("[{{ ' hidden' if off }}{{ _('%(n)s 条', n=1) if off }}]", off=False) == "[]"
    assert made("[{{ ' hidden' if off }}]", off=True) == "[ hidden]"


def test_what_a_value_does_not_have_is_an_error_and_no_gap() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        made("{{ case.nothing }}", case=SimpleNamespace(id=1))
    with pytest.raises(UndefinedError, match="'case' is undefined"):
        made("{{ case.id }}")


def test_a_macro_takes_what_is_left_out_by_its_default_and_is_safe() -> None:
    macro = (
        "{% macro one(name, unit='件', of=none) %}<i>{{ name }}{{ unit }}{{ of }}</i>{% endmacro %}"
    )
    assert made(macro + "{{ one('<') }}{{ one('a', '包', 3) }}{{ one('a', of=4) }}") == (
        "<i>&lt;件</i><i>a包3</i><i>a件4</i>"
    )


def test_a_block_that_is_kept_is_not_escaped_again() -> None:
    kept = "{% set kept %}{% for one in 'ab' %}<b>{{ one }}&</b>{% endfor %}{% endset %}{{ kept }}"
    assert made(kept) == "<b>a&</b><b>b&</b>"


def test_times_are_those_of_the_zone_and_tell_another_year() -> None:
    same = datetime(2026, 2, 12, 22, 5, tzinfo=ZoneInfo("America/New_York"))
    assert made("{{ at|clock }}", at=same) == (
        '<time datetime="2026-02-13T03:05:00Z">2月13日 11:05</time>'
    )
    assert made("{{ at|soon }}", at=_DAY) == '<time datetime="2026-02-12T06:30:00Z">14:30</time>'
    assert "2020年1月1日" in made("{{ at|clock }}", at=datetime(2020, 1, 1, tzinfo=UTC))
    assert utc(same) == "2026-02-13T03:05:00Z"
