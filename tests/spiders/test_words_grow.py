"""Words of posts and cells of tables: the time of what reads them grows with the length alone."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from odd_files import PLEA

from spiders.base.exports import FieldMap
from spiders.base.fields import post_from
from spiders.base.markup import all_words, titled, without_markup
from spiders.base.tables.cells import lost_number, unguarded, whole_number
from spiders.base.times import ZoneInfo


def post_of(text: str) -> object:
    fields = FieldMap(text=("text",), author=("author",), url=("https://e.org/{author}",))
    return post_from(
        {"text": f"{PLEA}{text}</p>x", "author": f"a{text}x"},
        fields,
        zone=ZoneInfo("UTC"),
        is_export=True,
    )


READERS: dict[str, Callable[[str], object]] = {
    "markup": without_markup,
    "words": all_words,
    "title": lambda text: titled(f"{text}a", f"{text}b"),
    "post": post_of,
    "number": lambda text: (lost_number(text), whole_number(text), unguarded(text)),
}
UNITS = ["<", "<a ", "<!--", "&#", "&amp;lt;", "…", "...", "<img alt=", " ", "\t", "<script", "1.1"]
UNITS += ["</p>", "<blockquote>", "全文", "1e9", '="', "'1", "a<b ", "-", "\r", "&#xD83D;"]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("reader", READERS)
def test_time_grows_with_the_length_of_words_alone(reader: str, unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        took = []
        for _ in range(3):
            start = time.process_time()
            READERS[reader](text)
            took.append(time.process_time() - start)
        return min(took)

    short, long = seconds(20_000), seconds(80_000)
    assert long < 0.02 or long < 8 * short
