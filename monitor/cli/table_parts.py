"""What every table of the command line is made of: columns, rows of plain text, times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from monitor.calling.dispositions import dispositions
from monitor.language import PageLanguage
from monitor.masking import masked, part_hidden, plain
from monitor.types import KnownContact, Mark

_GAP = 2
_NARROW_GAP = 1
# A line may end between two of these: behind each Chinese sign with what closes it, at a space,
# never in the midst of a word, a number or a name such as N95.
_PIECE = re.compile(r"(?:[!-~\u00a0-\u024f…]+|\S)[、，。；：！？）】》”’]*|\s+")

SHARED = {
    "first": "首帖",
    "same post": "同一帖改过",
    "split": "由人拆出",
    "merged": "由人合并",
    "picture": "发来的图片",
    "same text": "文字相同",
    "same contact": "联系方式相同",
    "same facility": "单位相同",
    "same author": "同一发帖人",
}
_MARKS = {"wrong": "号码不对", "dead": "空号", "barred": "免打扰", "lifted": "可以拨了"}
_KINDS = {
    "mobile": "手机",
    "phs": "小灵通",
    "landline": "座机",
    "wechat": "微信",
    "qq": "QQ",
    "email": "邮箱",
    "post": "原帖",
}


class Own(str):
    """Words of the program's own, such as a time or an id, in which no number is masked."""

    __slots__ = ()


class Listing(Table):
    """A table whose columns share the width of the terminal, and whose cells break between words.

    What is widest gives way first, and no column below its longest word while another can.
    """

    def __init__(self, *columns: str, title: str | None = None, right: Sequence[str] = ()) -> None:
        super().__init__(
            box=None,
            pad_edge=False,
            header_style="bold",
            title=title,
            title_justify="left",
            title_style="bold",
        )
        for column in columns:
            self.add_column(
                column,
                no_wrap=True,
                overflow="fold",
                justify="right" if column in right else "left",
            )

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table as wide as it is, at most as wide as the terminal."""
        cells = [
            [_text(cell) for cell in (column.header, *column._cells)] for column in self.columns
        ]
        natural = [max(map(_width, column)) for column in cells]
        gap = _GAP
        if sum(natural) + gap * (len(cells) - 1) > options.max_width:
            gap = _NARROW_GAP
        least = [max(_longest_piece(cell) for cell in column) for column in cells]
        widths = _shared(natural, least, options.max_width - gap * (len(cells) - 1))
        fitted = Table(
            box=None,
            pad_edge=False,
            padding=(0, gap, 0, 0),
            header_style=self.header_style,
            title=self.title,
            title_justify=self.title_justify,
            title_style=self.title_style,
            caption=self.caption,
        )
        for column, width, words in zip(self.columns, widths, cells, strict=True):
            fitted.add_column(
                _wrapped(words[0], width),
                justify=column.justify,
                width=width,
                no_wrap=True,
                overflow="fold",
            )
        for number in range(1, self.row_count + 1):
            fitted.add_row(
                *(
                    _wrapped(words[number], width)
                    for words, width in zip(cells, widths, strict=True)
                )
            )
        yield from fitted.__rich_console__(console, options)


def _text(cell: object) -> Text:
    return cell if isinstance(cell, Text) else Text(str(cell))


def _width(text: Text) -> int:
    return max(map(cell_len, text.plain.split("\n")))


def _longest_piece(text: Text) -> int:
    return (
        max((cell_len(piece[0].strip()) for piece in _PIECE.finditer(text.plain)), default=1) or 1
    )


def _shared(natural: Sequence[int], least: Sequence[int], width: int) -> list[int]:
    """Return the columns' widths: as wide as their words, or all together as wide as there is."""
    widths = list(natural)
    places = range(len(widths))
    while sum(widths) > width:
        able = [place for place in places if widths[place] > least[place]] or list(places)
        widest = max(able, key=lambda place: widths[place])
        if widths[widest] == 1:
            break
        widths[widest] -= 1
    return widths


def _wrapped(text: Text, width: int) -> Text:
    """Return a text with its lines broken between pieces; styles stay."""
    cuts: list[int] = []
    start = 0
    for line in text.plain.split("\n"):
        cuts += [start + cut for cut in _breaks(line, width)]
        start += len(line) + 1
    return Text("\n").join(line_part for line_part in _trimmed(text, cuts))


def _breaks(line: str, width: int) -> Iterator[int]:
    used = 0
    for piece in _PIECE.finditer(line):
        length = cell_len(piece[0])
        if used and used + length > width and not piece[0].isspace():
            yield piece.start()
            used = 0
        used += length


def _trimmed(text: Text, cuts: Sequence[int]) -> Iterator[Text]:
    for part in text.divide(cuts):
        part.rstrip()
        yield part


def heads(spoken: PageLanguage, *columns: str) -> list[str]:
    """Return the heads of columns, which are messages, as tables write them."""
    return [spoken.say(column).upper() for column in columns]


def table(spoken: PageLanguage, *columns: str) -> Listing:
    """Return an empty table with these columns, named by messages."""
    return Listing(*heads(spoken, *columns))


def row(table: Table, *cells: object, numbers: bool = False) -> None:
    """Add a row of plain text, the one door of tables: nothing in a cell steers the terminal.

    Numbers in words are masked but for those of `Own`; numbers: whether they are told in full.
    """
    table.add_row(*(Text(shown(cell, numbers=numbers)) for cell in cells))


def shown(cell: object, *, numbers: bool = False) -> str:
    """Return a cell as it is shown; see `row`."""
    if cell is None:
        return ""
    is_own = numbers or isinstance(cell, Own) or not isinstance(cell, str)
    return plain(str(cell)) if is_own else masked(str(cell))


def at(time: datetime | None, zone: ZoneInfo) -> Own:
    """Return a moment as the clock in `zone` shows it, "-" for none."""
    return Own(f"{time.astimezone(zone):%Y-%m-%d %H:%M}" if time else "-")


def hidden(contact: KnownContact) -> str:
    """Return a contact's value with its middle hidden; a post's public address stays whole."""
    return contact.value if contact.kind == "post" else part_hidden(contact.value)


def mark_word(mark: Mark, spoken: PageLanguage) -> str:
    """Return what a mark says, as tables write it."""
    return spoken.of(_MARKS.get(mark.mark, mark.mark), mark.mark)


def mark_reason(mark: Mark, spoken: PageLanguage) -> str:
    """Return why a contact is marked: what was said, or the outcome that marked it."""
    zh = {disposition.en: disposition.zh for disposition in dispositions().values()}
    return spoken.of(zh.get(mark.reason, mark.reason), mark.reason)


def kind_word(kind: str, spoken: PageLanguage) -> str:
    """Return the kind of a contact, as tables write it."""
    return spoken.of(_KINDS.get(kind, kind), kind)
