"""JSON goes in, an object a line, a list or a document that holds one; its objects come out."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import ijson  # type: ignore[import-untyped]

from spiders.base.tables.lines import Line, Opened, turned
from spiders.base.tables.row import DAMAGED, MAX_LINE, NOT_WHOLE, Row, broken

# Where well-known exports have their rows: Telegram Desktop of one chat and of an account,
# weibo-crawler, ActivityPub (Mastodon's outbox.json).
_KNOWN_LISTS = ("messages", "chats.list.item.messages", "weibo", "orderedItems")
# What services and programs call the list of their answer, where there are several lists.
_USUAL_LISTS = ("data", "items", "posts", "rows", "list", "results", "records", "statuses")
_DEEPEST = 3  # objects around a list
_BOTTOM = 100  # how deep values may lie in each other
_SHOWN = 5
_NESTED = "nested too deeply; no post is"
_NOT_JSON = "not JSON; write one object a line, its names and words in double quotes"
_BREAKS = "the JSON breaks or ends here; export the file anew"


def json_lines(lines: Iterator[Line]) -> Iterator[Row]:
    """Yield the object of each line."""
    for line in lines:
        if line.problem:
            yield line.row(line.problem)
        elif not line.text.isspace():
            yield _line_row(line)


def _line_row(line: Line) -> Row:
    try:
        values = json.loads(line.text, strict=False)
    except RecursionError:
        return line.row(f"not JSON: {_NESTED}")
    except ValueError as error:
        at = f" (character {error.pos + 1})" if isinstance(error, json.JSONDecodeError) else ""
        return line.row(_NOT_JSON + at)
    if not isinstance(values, dict):
        return line.row(f"not a JSON object but {type(values).__name__}; write one a line")
    return Row(str(line.number), values, None, line.text.strip().encode("utf-8", "replace"))


def is_document(head: bytes, *, lines: bool) -> bool:
    """Tell whether what begins so is one JSON value over all of its lines.

    lines: whether the file's name says that it has a value a line.
    """
    start = head.lstrip()
    first, _, rest = start.partition(b"\n")
    if lines:
        return first.strip() in (b"{", b"[")
    if start[:1] == b"[":
        return True
    if start[:1] != b"{":
        return False
    try:
        values = json.loads(first, strict=False)
    except json.JSONDecodeError as error:
        # What goes on in the next line breaks at its end; a broken row breaks somewhere in it.
        # A first line longer than the head may be a post, too; a list in it tells that it is not.
        goes_on = b"\n" in start and error.pos >= len(error.doc.rstrip())
        return goes_on or (b"\n" not in start and bool(_lists_in(start)))
    except (ValueError, RecursionError):  # a number too long, or nested too deeply
        values = {}
    return not rest.strip() and isinstance(values, dict) and bool(_lists_in(start))


def json_document(source: Opened) -> Iterator[Row]:
    """Yield the rows of a JSON list, or of the list that a JSON object holds."""
    stream = cast(BinaryIO, source.stream)
    if source.encoding not in (None, "utf-8"):
        stream = cast(BinaryIO, turned(source.stream, str(source.encoding)))
    start = source.utf8_head
    if start.lstrip()[:1] == b"[":
        yield from _items(stream, "")
        return
    lists = _lists_in(start)
    path = _chosen(lists)
    if path is not None:
        yield from _items(stream, path)
    elif lists:
        names = ", ".join(f"'{name}'" for name in lists[:_SHOWN])
        yield broken("1", f"one JSON object with several lists ({names}); save the list of posts")
    else:
        yield from _single(stream)


def _chosen(lists: list[str]) -> str | None:
    for names in (_KNOWN_LISTS, _USUAL_LISTS):
        for path in lists:
            if path in names or (names is _USUAL_LISTS and path.rpartition(".")[2] in names):
                return path
    return lists[0] if len(lists) == 1 else None


def _lists_in(head: bytes) -> list[str]:
    """Return the paths of the lists of objects that begin within the first bytes of a document."""
    lists: list[str] = []
    before = ("", "")
    try:
        for path, event, _ in ijson.parse(_events(io.BytesIO(head))):
            if event == "start_map" and before == (path.removesuffix(".item"), "start_array"):
                name = path.removesuffix(".item")
                inside = any(name.startswith(f"{outer}.item") for outer in lists)
                if name in _KNOWN_LISTS:
                    return [name]
                if not inside and name.count(".") < _DEEPEST and name not in lists:
                    lists.append(name)
            before = (path, event)
    except (ijson.JSONError, ValueError, ArithmeticError, RecursionError):
        pass  # the head ends somewhere
    return lists


def _events(stream: BinaryIO) -> Iterator[tuple[str, Any]]:
    """Yield the events of a document; RecursionError below _BOTTOM.

    The place of a value is told by all names around it: thousands of them would be a square.
    """
    depth = 0
    for event, value in ijson.basic_parse(stream, use_float=True):
        if event in ("start_map", "start_array"):
            depth += 1
            if depth > _BOTTOM:
                raise RecursionError
        elif event in ("end_map", "end_array"):
            depth -= 1
        yield event, value


def _single(stream: BinaryIO) -> Iterator[Row]:
    """Yield the one row that a document is which holds no list."""
    raw = stream.read(MAX_LINE + 1)
    try:
        values = json.loads(raw, strict=False) if len(raw) <= MAX_LINE else None
    except (ValueError, RecursionError):
        yield broken("1", _BREAKS, raw[:600].decode("utf-8", "replace"))
        return
    if isinstance(values, dict):
        yield Row("item 1", values, None, raw.strip())
    else:
        yield broken("1", "one JSON value without a list of objects; save the list of posts")


def _items(stream: BinaryIO, path: str) -> Iterator[Row]:
    """Yield the objects of a list. path: of the list, "" where the document is one.

    What the object around the list tells of itself comes with each row, as "chat": in a chat's
    export its rows do not say which chat they are of.
    """
    prefix = f"{path}.item" if path else "item"
    place = 0
    try:
        values_of = _with_chat(stream, path) if path.endswith("messages") else None
        if values_of is None:
            values_of = ijson.items(ijson.parse(_events(stream)), prefix)
        for place, values in enumerate(values_of, 1):
            raw = json.dumps(values, ensure_ascii=False).encode("utf-8", "replace")
            if isinstance(values, dict):
                yield Row(f"item {place}", values, None, raw)
            else:
                kind = type(values).__name__
                yield broken(f"item {place}", f"not a JSON object but {kind}", raw[:600].decode())
    except NOT_WHOLE:
        yield broken(f"item {place + 1}", DAMAGED)
    except RecursionError:
        yield broken(f"item {place + 1}", f"not JSON from here on: {_NESTED}")
    except (ijson.JSONError, ValueError, ArithmeticError):
        yield broken(f"item {place + 1}", f"not JSON from here on: {_BREAKS}")


def _with_chat(stream: BinaryIO, path: str) -> Iterator[Any]:
    """Yield the objects of lists of messages, each with the words of the object around its list."""
    around = path.removesuffix("messages")
    item = f"{path}.item"
    chat: dict[str, Any] = {}
    builder: Any = None
    depth = 0
    for at, event, value in ijson.parse(_events(stream)):
        if builder is None:
            if at == around.removesuffix(".") and event == "start_map":
                chat = {}
            elif at.startswith(around) and at[len(around) :] in ("id", "name", "type"):
                chat[at[len(around) :]] = value
            elif at == item and event == "start_map":
                builder = ijson.ObjectBuilder()
                depth = 0
            elif at == item and event not in ("end_map", "start_array", "end_array"):
                yield value
        if builder is not None:
            builder.event(event, value)
            depth += (event in ("start_map", "start_array")) - (event in ("end_map", "end_array"))
            if depth == 0:
                yield {**builder.value, "chat": chat}
                builder = None
