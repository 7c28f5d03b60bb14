"""How a reader joins the line: a decorated function becomes a spaCy component that fills one field.

A reader takes a `Doc` whose tokens are characters and whose text has the length of the post,
so offsets in `plain(doc)` are offsets in the post. Fields read earlier are at `doc._.<field>`,
the post as it was given is at `doc._.original`, its quick features at `doc._.quick`.

The pipeline makes the components, so that what else stands in a reader's folder, such as the
spelling of a number, can be used without the time that spaCy takes to load.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from classifiers.need import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc

SpanType = TypeVar("SpanType", bound=Span)


@dataclass(frozen=True, slots=True)
class Reader:
    """A field of the reading, the function that reads it and the fields it wants read before."""

    field: str
    function: Callable[[Doc], Any]
    after: tuple[str, ...]
    empty: Any
    shown: bool

    @property
    def component(self) -> str:
        """Name of the spaCy component."""
        return f"read_{self.field}"

    def __call__(self, doc: Doc) -> Doc:
        """Fill the field of a Doc."""
        doc._.set(self.field, self.function(doc))
        return doc


READERS: dict[str, Reader] = {}


def reader(
    field: str, *, after: tuple[str, ...] = (), empty: Any = (), shown: bool = True
) -> Callable[[Callable[[Doc], Any]], Callable[[Doc], Any]]:
    """Register the decorated function as the reader of `field`.

    after: the fields that must have been read before.
    empty: the field's value until it is read.
    shown: False for a field that only other readers use; it stays out of the reading.
    """

    def register(function: Callable[[Doc], Any]) -> Callable[[Doc], Any]:
        READERS[field] = Reader(
            field=field, function=function, after=after, empty=empty, shown=shown
        )
        return function

    return register


def in_order() -> list[Reader]:
    """Return the registered readers, each behind the fields it wants; ties by name.

    Raises ValueError naming the fields where a reader waits for one that nobody reads
    or where readers wait for each other.
    """
    placed: list[Reader] = []
    done: set[str] = set()
    waiting = [READERS[name] for name in sorted(READERS)]
    while waiting:
        ready = [entry for entry in waiting if done.issuperset(entry.after)]
        if not ready:
            stuck = ", ".join(f"{e.field} (after {', '.join(e.after)})" for e in waiting)
            raise ValueError(f"these readers wait for fields that are never read: {stuck}")
        placed.append(ready[0])
        done.add(ready[0].field)
        waiting.remove(ready[0])
    return placed


def plain(doc: Doc) -> str:
    """Return the normalised text of a post; `doc.text` would put it together anew each time."""
    text = doc.user_data.get("plain")
    if text is None:
        text = doc.user_data["plain"] = doc.text
    return str(text)


def span(doc: Doc, kind: type[SpanType], start: int, end: int, /, **fields: Any) -> SpanType:
    """Return a span of type `kind` whose text stands in the post at `start` to `end`."""
    return kind(text=doc._.original[start:end], start=start, end=end, **fields)
