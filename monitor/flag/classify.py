"""The readers as a filter: lines of JSON go in, a line of JSON for each comes out, in order."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from classifiers import pipeline
from classifiers.need import NOISE, Reading, Span

LONGEST_LINE = 1024 * 1024  # bytes; a longer line is not a post


def classify(lines: Iterable[bytes], first: int = 1) -> Iterator[dict[str, Any]]:
    """Yield the reading of each post, or {"line": N, "error": …} for one that is not a post.

    A line is a JSON object with `id` and `text` in UTF-8; empty lines are passed over.
    first: the number of the first line.
    """
    for number, line in enumerate(lines, first):
        if not line.strip():
            continue
        try:
            post = _post(line)
            reading = next(pipeline.read([post["text"]]))
        except Exception as error:  # neither a bad line nor a reader's defect stops the rest
            yield {"line": number, "error": words_of(error)}
        else:
            yield {"id": post.get("id"), **as_fields(reading)}


def bounded_lines(stream: Any) -> Iterator[bytes]:
    """Yield the lines of a binary stream; of one that is too long only its beginning is kept."""
    while line := stream.readline(LONGEST_LINE + 1):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE + 1)
            if not rest:
                break
        yield line


def as_fields(reading: Reading) -> dict[str, Any]:
    """Return a reading as the fields of a JSON object."""
    return dict(_noise()) if reading is NOISE else _fields_of(reading)


@cache
def _noise() -> dict[str, Any]:
    """Return the fields of what most posts are, made once."""
    return _fields_of(NOISE)


def _fields_of(reading: Reading) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(reading):
        value = getattr(reading, field.name)
        if field.name == "details":
            fields.update({name: _plain(detail) for name, detail in value.items()})
        else:
            fields[field.name] = _plain(value)
    return fields


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if isinstance(value, Span):
        return dataclasses.asdict(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return value


def _post(line: bytes) -> dict[str, Any]:
    post = object_in(line)
    if not isinstance(post.get("text"), str):
        raise ValueError("no text")
    return post


def object_in(line: bytes) -> dict[str, Any]:
    """Return the JSON object that a line is; raises what `words_of` has words for otherwise."""
    if len(line) > LONGEST_LINE:
        raise ValueError(f"longer than {LONGEST_LINE} bytes")
    post = _DECODER.decode(line.decode("utf-8-sig"))
    if not isinstance(post, dict):
        raise ValueError("not a JSON object")
    return post


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_number)  # json.loads would make one for each line


def words_of(error: Exception) -> str:
    """Return why a line is not a post, in words for people."""
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error}"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return str(error) or type(error).__name__
