"""A post or message costs in proportion to its length: no word of a stranger stops the desk."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from growth import SEEDS, SQUARE, cpu, patterns, repeated, steeper_than_a_line, used

from classifiers import pipeline
from classifiers.contacts.typed import read_typed
from classifiers.facilities.same_name import facility_key
from classifiers.need import Item, Reading
from monitor.crawl.endings import of_spider_error
from monitor.digest.evidence import segments
from monitor.masking import masked, plain, safe_url
from monitor.store import Store
from spiders.base.masking import without_secrets
from spiders.base.post import SetAside
from spiders.base.trouble import LONGEST_MESSAGE, AnswerError, Trouble, one_line

LENGTHS = (1_000, 10_000, 100_000, 1_000_000)
_PROPORTIONAL = 40.0  # times the cost for 10 times the length: a busy machine, and no square's 100


def _read_one(text: str) -> object:
    return next(pipeline.read([text]))


WHOLE: dict[str, Callable[[str], object]] = {
    "plain": plain,
    "masked": masked,
    "one_line": one_line,
    "without_secrets": without_secrets,
    "safe_url": safe_url,
    "facility_key": facility_key.__wrapped__,
}
# What hurt once, or nearly: a word that might be an address, digits, pictures, labels, dates.
HOSTILE = (
    "a",
    "1",
    "a@",
    "138💗",
    "微信：a",
    "2020-02-10 ",
    "Cookie: ",
    "三",
    "\u202e\r",
    "https://",
)


@pytest.mark.parametrize("name", WHOLE)
def test_what_every_output_passes_grows_with_the_length_alone(name: str) -> None:
    work = WHOLE[name]
    for seed in HOSTILE:
        costs = []
        for length in LENGTHS[: 4 if seed == HOSTILE[0] else 3]:
            text = repeated(seed, length)
            costs.append(max(cpu(lambda text=text: work(text)), 0.003))
        growth = [after / before for before, after in pairwise(costs)]
        assert max(growth) < _PROPORTIONAL, (seed, costs)


def test_no_pattern_that_sees_foreign_text_grows_faster_than_the_text() -> None:
    assert len(patterns()) > 150, "the patterns are not where they were"
    steep = [
        (name, seed)
        for name, pattern in patterns().items()
        for seed in SEEDS[:: 1 if "masking" in name else 6]
        if steeper_than_a_line(used(name, pattern), seed, binary=isinstance(pattern.pattern, bytes))
    ]
    assert not steep


@pytest.mark.long
def test_no_pattern_grows_faster_than_the_text_whatever_it_is_made_of() -> None:
    pairs = (*SEEDS, *(a + b for a in "1a一，院@ " for b in "，、 .院号1a="))
    steep = [
        (name, seed)
        for name, pattern in patterns().items()
        for seed in pairs
        if steeper_than_a_line(used(name, pattern), seed, binary=isinstance(pattern.pattern, bytes))
    ]
    assert not steep


def test_a_quadratic_pattern_would_be_noticed() -> None:
    assert steeper_than_a_line(SQUARE.findall, "a", binary=False)


@pytest.mark.parametrize(
    "seed", ["急需口罩500个，", "武汉第三医院", "13800138000 ", "联系人李护士"]
)
def test_the_readers_read_a_bounded_part_of_a_post(seed: str) -> None:
    _read_one(repeated(seed, 1_000))  # readers load
    costs = [cpu(lambda n=n: _read_one(repeated(seed, n))) for n in (20_000, 1_000_000)]
    assert costs[1] < 4 * costs[0] + 1.0


def test_marking_many_spans_in_a_post_costs_in_proportion() -> None:
    def marked(count: int) -> object:
        items = tuple(
            Item(text="口罩", start=4 * i, end=4 * i + 2, name="口罩") for i in range(count)
        )
        return segments("口罩和，" * count, Reading(items=items))

    costs = [
        min(cpu(lambda count=count: marked(count)) for _ in range(5)) for count in (1_000, 4_000)
    ]
    assert costs[1] < 9 * max(costs[0], 0.002)


def test_a_typed_contact_of_the_longest_kind_is_read_at_once() -> None:
    costs = [cpu(lambda n=n: read_typed(repeated("138 a", n))) for n in (500, 2_000)]
    assert costs[1] < 12 * max(costs[0], 0.003)


@pytest.mark.parametrize(
    "words",
    [
        "a" * 1_000_000,
        "answered\r\n\r\n<html>\x1b[31m\x07",
        "one\u2028two\u0085three\x0bfour\x1cfive",
        "a\u202eb\u2066c\ufeff",
    ],
    ids=["long", "escapes", "line ends", "turning"],
)
def test_a_message_is_one_bounded_line_where_it_is_made(words: str, store: Store) -> None:
    run_id = store.runs.start("crawl", "day")
    store.runs.end(run_id, "changed", words)
    row = SetAside(place=words, reason=words, excerpt=words)
    for made in (
        Trouble(outcome="changed", message=words).message,
        str(AnswerError("changed", words)),
        of_spider_error(ValueError(words), "https://e.org/").message,
        row.place,
        row.reason,
        row.excerpt,
        store.runs.get(run_id).message or "",
    ):
        assert 0 < len(made) <= LONGEST_MESSAGE
        assert made.splitlines() == [made]
        assert plain(made) == made and "\t" not in made


def test_a_long_message_keeps_its_beginning_and_its_end() -> None:
    told = one_line(f"https://e.org/: the answer {'x' * 9_000} has no 'cards' any more")
    assert told.startswith("https://e.org/: the answer x") and told.endswith(
        "x has no 'cards' any more"
    )
    assert "characters …" in told


def test_a_secret_that_a_bound_would_cut_is_masked_before() -> None:
    from spiders.base.masking import keep_secret

    keep_secret("s3cret-of-the-desk-9")
    for before in range(300, 500, 7):
        assert "s3cret" not in one_line("x" * before + "s3cret-of-the-desk-9" + "y" * 400)


def test_a_message_that_an_older_release_left_is_bounded_where_it_is_read(store: Store) -> None:
    run_id = store.runs.start("crawl", "day")
    with store.write():
        store.connection.db.execute(
            "UPDATE runs SET message = ?, outcome = 'changed' WHERE id = ?", ["a" * 300_000, run_id]
        )
    assert len(store.runs.get(run_id).message or "") <= LONGEST_MESSAGE
