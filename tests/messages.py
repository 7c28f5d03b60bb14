"""Find the words of the pages in templates, scripts and code, and bring en.po up to date.

usage: python tests/messages.py

New words come into the catalog without a translation, words that are gone leave it, and what is
translated stays. tests/test_language.py fails until every word has its English.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).resolve().parents[1]
CATALOG = HERE / "data/locale/en.po"
_METHODS = [
    ("**.html", "jinja2.ext:babel_extract"),
    ("**.js", "javascript"),
    ("**.py", "python"),
]
_KEYWORDS = {"_": None, "N_": None, "gettext": None, "say": None, "ngettext": (1, 2)}


def messages() -> Catalog:
    """Return every word that the pages may say, with the files where it stands."""
    found = Catalog(locale="en", fuzzy=False, header_comment="# English words of the pages.")
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
    """Write the catalog with the words of now and return it."""
    catalog = translated()
    catalog.update(messages(), no_fuzzy_matching=True)
    catalog.header_comment = "# English words of the pages."
    with CATALOG.open("wb") as file:
        write_po(
            file, catalog, width=100, ignore_obsolete=True, include_lineno=False, sort_by_file=True
        )
    return catalog


if __name__ == "__main__":
    missing = [message.id for message in update() if message.id and not message.string]
    sys.stdout.write("".join(f"{words}\n" for words in missing))
    sys.stdout.write(f"{len(missing)} words without English in {CATALOG.name}\n")
