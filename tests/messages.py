"""Find the words of the pages in templates, scripts and code, and bring en.po up to date.

usage: python tests/messages.py

New words come into the catalog without a translation, words that are gone leave it, and what is
translated stays. tests/test_language.py fails until every word has its English.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).resolve().parents[1]
CATALOG = HERE / "data/locale/en.po"
_HEAD = """# English words of the pages.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
_SAID = re.compile(r'\b_\(\s*"((?:[^"\\]|\\.)*)"')


def _said_in_scripts(
    file: IO[bytes], _keywords: object, _comments: object, options: object
) -> Iterator[tuple[int, str, str, list[Any]]]:
    """Yield the words of a script; Babel's reader misses those inside `${…}` that take values."""
    text = file.read().decode("utf-8")
    for found in _SAID.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, "_", found[1], []


_METHODS: list[tuple[str, Any]] = [
    ("**.html", "jinja2.ext:babel_extract"),
    ("**.js", _said_in_scripts),
    ("**.py", "python"),
]
_KEYWORDS = {"_": None, "N_": None, "gettext": None, "say": None, "ngettext": (1, 2)}


def messages() -> Catalog:
    """Return every word that the pages may say, with the files where it stands."""
    found = Catalog(locale="en", fuzzy=False)
    options = {"**.html": {"newstyle_gettext": "true"}}
    for file, _line, message, _comments, context in extract_from_dir(
        str(HERE / "monitor"), _METHODS, options_map=options, keywords=_KEYWORDS
    ):
        if message:
            found.add(message, locations=[(f"monitor/{file}", None)], context=context)
    return found


def translated() -> Catalog:
    """Return the catalog as it stands in the tree."""
    with CATALOG.open("rb") as file:
        return read_po(file, locale="en")


def update() -> Catalog:
    """Bring the catalog up to date with the words of now and return it."""
    catalog = translated()
    catalog.update(messages(), no_fuzzy_matching=True)
    write(catalog)
    return catalog


def write(catalog: Catalog) -> None:
    """Write a catalog into the tree; without dates, so that the same words make the same file."""
    with CATALOG.open("wb") as file:
        file.write(_HEAD.encode())
        write_po(
            file,
            catalog,
            width=100,
            omit_header=True,
            ignore_obsolete=True,
            include_lineno=False,
            sort_by_file=True,
        )


if __name__ == "__main__":
    missing = [message.id for message in update() if message.id and not message.string]
    sys.stdout.write("".join(f"{words}\n" for words in missing))
    sys.stdout.write(f"{len(missing)} words without English in {CATALOG.name}\n")
