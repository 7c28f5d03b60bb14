"""Which column of a sheet is what: a header and some rows go in, a map of columns comes out."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import data
from classifiers.goods.names import find_goods
from classifiers.normalise import normalise
from monitor.errors import DistressError
from spiders.base.exports import names_in

FIELDS = ("facility", "text", "address", "contact", "stock", "author", "time", "id")
SAID = ("facility", "text", "stock", "address", "contact")  # in the order in which they are said
Values = Mapping[str, str]
_LOOKED_AT = 50  # rows that tell what a column without a known heading holds
_MOST = 0.5  # of a column's filled cells, from which they tell what it is
_NUMBER = re.compile(r"\d[\d,.]*")
_PHONE = re.compile(r"(?<!\d)(?:1\d{10}|0\d{2,3}[- ]?\d{7,8})(?!\d)")
_BRACKETED = re.compile(r"(?P<name>[^（(]+)[（(](?P<unit>[^（()）\d]{1,4})[)）]")
_PART = re.compile(r"(?:\{[^{}]+\}|[^\s{}]|[{}])+")
NOTHING = frozenset({"", "0", "-", "--", "—", "/", "\\", "无", "none", "null", "n/a"})
_DIGITS_OF_DATA = 7  # in a heading: it is no heading but a number
_LONGEST_HEADING = 60


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which columns are read as which field: of each field of FIELDS a template or a column.

    unread: columns that are in none. guessed: whether nobody named them.
    """

    fields: Values
    unread: tuple[str, ...] = ()
    guessed: bool = field(default=False, compare=False)

    def said(self, values: Values) -> str:
        """Return what a row says, its cells apart by tabs as in a table; empty cells are left out.

        A part of a template, up to the next blank, is left out where all of its cells are empty.
        """
        parts = (
            ("库存：" if name == "stock" else "") + part
            for name in SAID
            for part in _filled(self.fields.get(name, ""), values)
        )
        return "\t".join(dict.fromkeys(parts))

    def of(self, name: str, values: Values) -> str:
        """Return a row's words for one field, "" where it has none."""
        return " ".join(_filled(self.fields.get(name, ""), values))

    @property
    def columns(self) -> list[str]:
        """The columns that are read, in the order of the fields."""
        return [name for template in self.fields.values() for name in _names(template)]

    def as_words(self) -> str:
        """Return the map as options of the command line."""
        return " ".join(f'--map {name}="{template}"' for name, template in self.fields.items())


def _names(template: str) -> list[str]:
    return names_in(template) if template else []


def _filled(template: str, values: Values) -> Iterator[str]:
    """Yield the parts of a template that a row has something for."""
    if template and "{" not in template:
        template = f"{{{template}}}"
    for part in _PART.findall(template):
        cells = [values.get(name, "").strip() for name in re.findall(r"\{([^{}]+)\}", part)]
        if cells and all(cell.lower() in NOTHING for cell in cells):
            continue
        yield re.sub(r"\{([^{}]+)\}", lambda name: values.get(name[1], "").strip(), part)


def named(pairs: Sequence[tuple[str, str]], header: Sequence[str]) -> ColumnMap:
    """Return the map that a person named; raises DistressError for a field or column that is none.

    The text may be left out: then every column but those named is guessed for it.
    """
    fields: dict[str, str] = {}
    for name, template in pairs:
        if name not in FIELDS:
            raise DistressError(f"no field '{name}' to map; there are: {', '.join(FIELDS)}")
        for column in _names(template):
            if column not in header:
                close = difflib.get_close_matches(column, header, n=1)
                hint = f"did you mean '{close[0]}'? There" if close else "there"
                raise DistressError(
                    f"no column '{column}' for {name}; {hint} are: {', '.join(header[:30])}"
                )
        fields[name] = template
    return _map(fields, header)


def guess(header: Sequence[str], rows: Sequence[Values], known: Values | None = None) -> ColumnMap:
    """Return what the columns seem to be; known: fields that a person named already.

    A heading tells, else what most of a column's cells hold does; the rest is not read.
    """
    taken = {column for template in (known or {}).values() for column in _names(template)}
    columns: dict[str, list[str]] = {}
    roles = {column: _role(column, rows[:_LOOKED_AT]) for column in header if column not in taken}
    for column, role in roles.items():
        columns.setdefault(role, []).append(column)
    fields = dict(known or {})
    for name in ("facility", "time", "author", "id"):
        if name not in fields and columns.get(name):
            fields[name] = columns[name][0]
            columns.setdefault("text" if name == "facility" else "none", []).extend(
                columns[name][1:]
            )
    for name in ("address", "contact", "stock"):
        if name not in fields and columns.get(name):
            fields[name] = " ".join(f"{{{column}}}" for column in columns[name])
    if "text" not in fields:
        text = " ".join(_text_parts(roles, columns))
        if text:
            fields["text"] = text
    return _map({name: fields[name] for name in FIELDS if name in fields}, header, guessed=True)


def _map(fields: Values, header: Sequence[str], *, guessed: bool = False) -> ColumnMap:
    made = ColumnMap(fields, guessed=guessed)
    unread = tuple(column for column in header if column not in made.columns)
    return ColumnMap(fields, unread, guessed)


def _text_parts(roles: Values, columns: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the parts of the text: goods with their amount and unit in one."""
    amounts = list(columns.get("amount", ()))
    for column, role in roles.items():
        if role == "text" or (role == "facility" and column in columns.get("text", ())):
            yield f"{{{column}}}"
        elif role == "amounts":
            yield _of_goods(column)
        elif role == "goods":
            behind = [amounts.pop(0)] if amounts else []
            unit = columns.get("unit", ())[:1] if behind else []
            yield "".join(f"{{{name}}}" for name in (column, *behind, *unit))
    yield from (f"{{{column}}}" for column in amounts)


def _of_goods(column: str) -> str:
    """Return the part for a column that is headed by goods and holds their amounts."""
    bracketed = _BRACKETED.fullmatch(column)
    if bracketed:
        return f"{_solid(bracketed['name'])}：{{{column}}}{bracketed['unit']}"
    return f"{_solid(column)}：{{{column}}}"


def _solid(words: str) -> str:
    return re.sub(r"\s+", "", words)  # a blank would end the part


def _role(column: str, rows: Sequence[Values]) -> str:
    cells = [cell for row in rows if (cell := row.get(column, "").strip()).lower() not in NOTHING]
    amounts = sum(bool(_NUMBER.match(cell)) and len(cell) <= 12 for cell in cells)
    bracketed = _BRACKETED.fullmatch(column)
    if amounts > _MOST * len(cells) and _is_goods(bracketed["name"] if bracketed else column):
        return "amounts"
    role = _heading(column)
    if role == "unit" and cells and sum(len(cell) > 2 for cell in cells) > _MOST * len(cells):
        return "facility"
    if role:
        return role
    if sum(bool(_PHONE.search(cell)) for cell in cells) > _MOST * len(cells):
        return "contact"
    if sum(bool(find_goods(normalise(cell))) for cell in cells) > _MOST * len(cells):
        return "text"
    return "none"


def _is_goods(words: str) -> bool:
    plain = normalise(words.strip())
    return any((one.start, one.end) == (0, len(plain)) for one in find_goods(plain))


def _heading(column: str) -> str | None:
    """Return the role that a heading tells, None where it tells none."""
    plain = unicodedata.normalize("NFKC", column).lower()
    plain = re.sub(r"#\d+$|\([^()]*\)|[\s:*]", "", plain)
    words = _words()
    if plain in words:
        return words[plain]
    inside = [word for word in words if word in plain and (len(word) > 1 and not word.isascii())]
    return words[max(inside, key=len)] if inside else None


@cache
def _words() -> dict[str, str]:
    return {
        word: role
        for role, words in data.read_table("lexicons/sheet_columns.tsv")
        for word in words.split("|")
    }


def no_heading(header: Sequence[str]) -> str | None:
    """Return a heading that is none but data, so that the header seems to be missing, else None."""
    for heading in header:
        digits = sum(char.isdigit() for char in heading)
        if digits >= _DIGITS_OF_DATA or len(heading) > _LONGEST_HEADING:
            return heading
    return None
