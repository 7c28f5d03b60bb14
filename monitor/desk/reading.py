"""What requests carry: JSON or a form's fields, of bounded size."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request

_LARGEST_BODY = 2 * 1024 * 1024
_LONGEST_WINDOW = 64
_SLOWEST_BODY = 30.0  # seconds; a page gives its request up then, too
_SLOWEST_PICTURE = 120.0  # photos come over slow lines
_PICTURE = "application/octet-stream"  # which no page elsewhere can send unasked


async def json_of(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request; refuses others by HTTP status."""
    body = await _body_of(request, "application/json")
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise HTTPException(400, "The body is not JSON.") from None
    if not isinstance(value, dict):
        raise HTTPException(400, "The body is not a JSON object.")
    return value


async def form_of(request: Request) -> dict[str, str]:
    """Return the fields of a form, the first of each name; refuses others by HTTP status."""
    body = await _body_of(request, "application/x-www-form-urlencoded")
    try:
        fields = parse_qs(body.decode("utf-8"), max_num_fields=20)
    except ValueError:
        raise HTTPException(400, "The body is not a form.") from None
    return {name: values[0] for name, values in fields.items()}


def list_of(fields: dict[str, Any], key: str) -> list[Any]:
    """Return a list of a JSON object; refuses another thing by HTTP status."""
    value = fields.get(key)
    if not isinstance(value, list):
        raise HTTPException(400, f"'{key}' is not a list.")
    return value


def number_of(value: object, key: str) -> int:
    """Return a case's number, of JSON or of a form; refuses another thing by HTTP status."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:18])
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**62:
        raise HTTPException(400, f"'{key}' is not the number of a case.")
    return value


def window_of(fields: dict[str, Any]) -> str:
    """Return which window of the agent's asks, "" where it does not tell."""
    return sound(str(fields.get("window") or ""))[:_LONGEST_WINDOW]


def sound(words: str) -> str:
    """Return words that UTF-8 can hold; JSON may name half a sign (a lone surrogate)."""
    return words.encode("utf-8", "replace").decode("utf-8")


async def picture_of(request: Request, largest: int) -> bytes:
    """Return the bytes of a picture; refuses other kinds and what is larger by HTTP status."""
    return await _body_of(request, _PICTURE, largest=largest, slowest=_SLOWEST_PICTURE)


async def _body_of(
    request: Request, kind: str, *, largest: int = _LARGEST_BODY, slowest: float = _SLOWEST_BODY
) -> bytes:
    """Return the body, read no further and no longer than is allowed."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != kind:
        raise HTTPException(415, f"Send {kind}.")
    body = bytearray()
    try:
        async with asyncio.timeout(slowest):
            async for part in request.stream():
                body += part
                if len(body) > largest:
                    raise HTTPException(413, f"At most {largest:,} bytes at once.")
    except TimeoutError:
        raise HTTPException(408, "The body did not come.", {"Connection": "close"}) from None
    return bytes(body)
