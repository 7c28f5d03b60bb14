"""Text of strangers on its way into a page."""

from __future__ import annotations

import random

import pytest

from classifiers.need import Contact, Evidence, Item, Reading
from monitor.digest.evidence import Segment, excerpt, segments
from monitor.masking import grouped, masked, part_hidden, plain, safe_url


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("急需\u202e口罩", "急需\ufffd口罩"),
        ("响\x07铃\x00", "响␇铃␀"),
        ("一\r\n二\u2028三", "一\n二\n三"),
        ("左\u200e右\u200f", "左右"),
        ("👩\u200d⚕️ 护士", "👩\u200d⚕️ 护士"),
    ],
)
def test_control_characters_become_signs(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    "number",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "１３８００１３８０００",
        "1\u200b3800138000",
        "027-85720000",
        "(027) 8572 0000",
        "一三八零零一三八零零零",
        "①③⑧⓪⓪①③⑧⓪⓪⓪",
        "nurse@example.org",
    ],
)
def test_whatever_could_be_dialled_is_masked(number: str) -> None:
    assert masked(f"联系：{number}谢谢").replace("(", "") == "联系：〔号码〕谢谢"


@pytest.mark.parametrize("words", ["N95口罩500个", "3M 1860", "第三人民医院 120 急救", "2月12日"])
def test_amounts_and_names_stay(words: str) -> None:
    assert masked(words) == words


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13800138000", "138 0013 8000"),
        ("027-85720000", "027-8572 0000"),
        ("027-85720000-12", "027-8572 0000-12"),
        ("nurse_8000", "nurse_8000"),
    ],
)
def test_numbers_are_grouped_for_reading_out(value: str, shown: str) -> None:
    assert grouped(value) == shown


def test_a_number_in_the_list_hides_its_middle() -> None:
    assert part_hidden("13800138000") == "138****8000"
    assert part_hidden("85720000") == "85****"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " https://example.org",
        "data:text/html,x",
        "https://",
        "http://[",
        "https://example.org/\nx",
        "file:///etc/passwd",
        "",
        None,
    ],
)
def test_only_ordinary_web_addresses_become_links(url: str | None) -> None:
    assert safe_url(url) is None


def test_a_web_address_becomes_a_link() -> None:
    assert safe_url("https://example.org/p?a=1#b") == "https://example.org/p?a=1#b"


def test_overlapping_spans_share_their_words() -> None:
    words = "急需口罩，电话13800138000"
    reading = Reading(
        evidence=(Evidence(text="急需口罩", start=0, end=4, role="lacking"),),
        items=(Item(text="口罩", start=2, end=4, name="口罩"),),
        contacts=(
            Contact(text="13800138000", start=7, end=18, kind="mobile", value="13800138000"),
        ),
    )
    assert segments(words, reading) == [
        Segment("急需", ("lacking",)),
        Segment("口罩", ("lacking", "goods")),
        Segment("，电话"),
        Segment("13800138000", ("contact",)),
    ]


def test_every_sign_has_the_roles_of_the_spans_that_it_lies_in() -> None:
    words, dice = "青禾县第一人民医院急需护手霜40支", random.Random(3)
    for _ in range(500):
        cuts = [sorted(dice.choices(range(20), k=2)) for _ in range(dice.randrange(5))]
        spans = tuple(
            Evidence(text="", start=a, end=b, role=dice.choice(("asking", "lacking", "said")))
            for a, b in cuts
        )
        pieces = segments(words, Reading(evidence=spans), start=2, end=15)
        assert "".join(piece.text for piece in pieces) == words[2:15]
        roles = [piece.roles for piece in pieces for _ in piece.text]
        assert roles == [
            tuple(dict.fromkeys(span.role for span in spans if span.start <= at < span.end))
            for at in range(2, 15)
        ]


def test_spans_beyond_the_words_do_no_harm() -> None:
    reading = Reading(evidence=(Evidence(text="x", start=90, end=99, role="asking"),))
    assert segments("短", reading) == [Segment("短")]


def test_the_excerpt_of_a_long_post_holds_what_is_asked() -> None:
    words = "长" * 5000 + "急需口罩" + "长" * 5000
    reading = Reading(evidence=(Evidence(text="急需", start=5000, end=5002, role="lacking"),))
    start, end = excerpt(words, reading, 300)
    assert end - start == 300
    assert "急需口罩" in words[start:end]
