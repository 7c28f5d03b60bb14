"""What the open networks refuse: each refusal is one word, and says what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import test_bluesky
import test_mastodon

from spiders.base.trouble import AnswerError
from spiders.base.walks import Page

TOOTS, SKY = test_mastodon.read, test_bluesky.read


@pytest.fixture(autouse=True)
def no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BLUESKY_HANDLE", "BLUESKY_APP_PASSWORD", "MASTODON_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("read", "status", "body", "outcome", "told"),
    [
        (TOOTS, 401, b'{"error": "token is invalid"}', "login needed", "token is invalid"),
        (TOOTS, 422, b'{"error": "not authenticated"}', "login needed", "authenticated"),
        (TOOTS, 403, b'{"error": "outside the scopes"}', "login needed", "read:search"),
        (TOOTS, 403, b"<html>Forbidden</html>", "blocked", "403"),
        (TOOTS, 404, b"<html>Not Found</html>", "changed", "base_url"),
        (TOOTS, 200, b"<html>Just a moment</html>", "blocked", "web page"),
        (TOOTS, 200, b'{"timeline": []}', "changed", "statuses"),
        (SKY, 400, b'{"error": "InvalidRequest", "message": "no Profile"}', "changed", "Profile"),
        (
            SKY,
            401,
            b'{"error": "AuthMissing", "message": "Required"}',
            "login needed",
            "AuthMissing",
        ),
        (SKY, 200, b'{"feed": []}', "changed", "posts"),
        (SKY, 200, b"[]", "changed", "posts"),
        (SKY, 200, b"<html>Just a moment</html>", "blocked", "web page"),
    ],
)
def test_a_refusal_is_told_in_one_word(
    read: Callable[..., Page], status: int, body: bytes, outcome: str, told: str
) -> None:
    with pytest.raises(AnswerError, match=told) as error:
        read(body, status=status)
    assert error.value.outcome == outcome
