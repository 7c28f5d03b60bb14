"""Signing in: a link that the operator made goes in, a session with its cookie comes out.

Of links and sessions only the SHA-256 of the secret is stored: 32 random bytes need no slow hash.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import UTC, datetime

from monitor.errors import UnknownNameError
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.desk import Session

_SECRET_BYTES = 32


def new_link(store: Store, settings: Settings, agent: str) -> str:
    """Return the secret of a new sign-in link; raises UnknownNameError for an unknown agent."""
    if settings.agent(agent) is None:
        names = [entry.name for entry in settings.agents]
        raise UnknownNameError("agent", agent, names, "[[agents]] in distress.toml")
    secret, at = secrets.token_urlsafe(_SECRET_BYTES), datetime.now(UTC)
    store.desk.add_link(hash_of(secret), agent, at=at, until=at + settings.desk.link)
    return secret


def agent_of_link(store: Store, settings: Settings, secret: str) -> str | None:
    """Return whose link this is without using it, None where it can be used no longer."""
    agent = store.desk.link(hash_of(secret), at=datetime.now(UTC))
    return agent if agent and settings.agent(agent) else None


def sign_in(
    store: Store, settings: Settings, secret: str, before: str = ""
) -> tuple[str, Session] | None:
    """Use a link up; return the secret for the cookie and the session, None for a spent link.

    before: the cookie that the browser had until now; its session ends.
    """
    if agent_of_link(store, settings, secret) is None:
        return None  # whoever guesses makes nobody wait for the write lock
    at = datetime.now(UTC)
    with store.write():
        agent = store.desk.use_link(hash_of(secret), at=at)
        if agent is None or settings.agent(agent) is None:
            return None
        cookie = secrets.token_urlsafe(_SECRET_BYTES)
        session = store.desk.start_session(
            hash_of(cookie),
            agent,
            secrets.token_urlsafe(_SECRET_BYTES),
            at=at,
            until=at + settings.desk.session,
        )
        if before:
            store.desk.end_session(hash_of(before), at=at)
    return cookie, session


def session_of(store: Store, settings: Settings, cookie: str) -> Session | None:
    """Return the session of a cookie; one whose agent is no longer in the settings is ended."""
    at = datetime.now(UTC)
    cookie_hash = hash_of(cookie)
    session = store.desk.session(cookie_hash, at=at)
    if session is None or not hmac.compare_digest(session.hash, cookie_hash):
        return None
    if settings.agent(session.agent) is None:
        store.desk.end_agent(session.agent, at=at)
        return None
    return session


def is_csrf_of(session: Session, csrf: str) -> bool:
    """Tell whether a request came from a page of this session."""
    return hmac.compare_digest(session.csrf.encode(), csrf.encode())


def hash_of(secret: str) -> str:
    """Return what is stored of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
