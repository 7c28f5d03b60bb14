"""A passphrase over a page and its outcomes: words and texts in, sealed texts out and back.

PBKDF2 with SHA-256 makes the key and AES-GCM seals, by the cryptography package; the page does the
same by its browser's WebCrypto, so both are what their makers keep, and nothing here is our own.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ITERATIONS = 600_000  # of PBKDF2-SHA256, as OWASP's password storage cheat sheet has it (2023)
_MOST_ITERATIONS = 10_000_000
_NONCE, _SALT = 12, 16  # bytes


class SealError(Exception):
    """Another passphrase, or contents that were changed."""


@dataclass(frozen=True, slots=True)
class Seal:
    """A key and what it is made from, besides the passphrase."""

    key: bytes
    salt: bytes
    iterations: int

    def close(self, text: str) -> dict[str, Any]:
        """Return a text sealed, as JSON holds it: how the key is made, nonce and contents."""
        nonce = os.urandom(_NONCE)
        content = AESGCM(self.key).encrypt(nonce, text.encode("utf-8", "surrogatepass"), None)
        return {
            "salt": b64encode(self.salt).decode(),
            "iterations": self.iterations,
            "nonce": b64encode(nonce).decode(),
            "content": b64encode(content).decode(),
        }

    def mark(self, words: str) -> str:
        """Return a fingerprint of words that tells nothing to whoever lacks the key."""
        return hmac.new(self.key, words.encode(), hashlib.sha256).hexdigest()


@cache
def seal_of(passphrase: str, whose: str) -> Seal:
    """Return the seal of a passphrase; whose: what sets its key apart from that of others.

    It takes a third of a second, by intention, once for each process.
    """
    salt = hashlib.sha256(f"distress\0{whose}".encode()).digest()[:_SALT]
    return Seal(_key(passphrase, salt, ITERATIONS), salt, ITERATIONS)


def opened(sealed: Any, passphrase: str) -> str:
    """Return the text that was sealed; raises SealError where it is not this passphrase's."""
    try:
        salt, nonce, content = (b64decode(sealed[name]) for name in ("salt", "nonce", "content"))
        iterations = int(sealed["iterations"])
        if not 1 <= iterations <= _MOST_ITERATIONS:
            raise SealError(f"it asks for {iterations} rounds of its key")
        key = _key(passphrase, salt, iterations)
        return AESGCM(key).decrypt(nonce, content, None).decode()
    except (LookupError, TypeError, ValueError) as error:
        raise SealError("it is cut or changed") from error
    except InvalidTag:
        raise SealError("the passphrase is another, or it was changed") from None


@cache
def _key(passphrase: str, salt: bytes, iterations: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, iterations)
