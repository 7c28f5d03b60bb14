"""Words from the web go in, words that SQLite can hold come out."""

from __future__ import annotations


def storable(text: str | None) -> str | None:
    """Return `text` with lone surrogates replaced: SQLite holds UTF-8 only."""
    if text is None or text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")
