"""The server that the desk runs in: settings and doors in, requests answered until stopped."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

from monitor.desk.doors import WILDCARDS, Doors, is_loopback
from monitor.errors import DistressError, SettingsError
from monitor.settings import Settings

GRACE_SECONDS = 5

try:
    import uvicorn

    from monitor.desk.app import desk_app
except ImportError as missing:
    raise DistressError(
        f"the live desk needs {missing.name}: pip install 'distress-signal-monitor[desk]'"
    ) from missing


def doors_of(
    settings: Settings,
    *,
    host: str | None = None,
    port: int | None = None,
    cert: Path | None = None,
    key: Path | None = None,
    insecure: bool = False,
) -> Doors:
    """Return where the desk is to be; options stand over the settings.

    Raises SettingsError where others could listen in and nobody said that they may.
    """
    host = host or settings.desk.host
    if (cert is None) != (key is None):
        raise SettingsError("give --cert and --key together, or neither")
    if not is_loopback(host) and cert is None and not insecure:
        raise SettingsError(
            f"'{host}' is not loopback: whoever is on the network could read what is said and "
            "sign in as an agent. Give --cert FILE --key FILE, or stay on 127.0.0.1 behind a proxy "
            "with TLS, or where the network itself is safe: --insecure"
        )
    if host in WILDCARDS and not settings.desk.address:
        raise SettingsError(
            f"'{host}' is every address of this machine: name the one that agents use under "
            "[desk] address in distress.toml"
        )
    return Doors(
        host=host,
        port=port or settings.desk.port,
        tls=cert is not None,
        address=settings.desk.address,
    )


def config_of(
    current: Callable[[], Settings],
    doors: Doors,
    *,
    cert: Path | None = None,
    key: Path | None = None,
) -> uvicorn.Config:
    """Return how the server serves the desk.

    No access log is kept: it would hold the secrets of sign-in links. Whom a request is of is taken
    from X-Forwarded-For where one of `[desk] proxies` sent it, and from nobody else.
    """
    return uvicorn.Config(
        desk_app(current, doors),
        ssl_certfile=cert,
        ssl_keyfile=key,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=list(current().desk.proxies),
        timeout_graceful_shutdown=GRACE_SECONDS,
        lifespan="off",
        ws="none",
    )


def serve(
    current: Callable[[], Settings],
    doors: Doors,
    *,
    cert: Path | None = None,
    key: Path | None = None,
    on_listening: Callable[[], None] = lambda: None,
) -> None:
    """Serve until a signal stops it; requests under way are answered first.

    Raises DistressError where the desk cannot listen there, SettingsError for files that are not a
    certificate and its key.
    """
    config = config_of(current, doors, cert=cert, key=key)
    try:
        config.load()
    except OSError as error:
        raise SettingsError(f"cannot use {cert} with {key}: {error}. Give PEM files") from None
    try:
        family = socket.AF_INET6 if ":" in doors.host else socket.AF_INET
        listening = socket.create_server((doors.host, doors.port), family=family)
    except OSError as error:
        raise DistressError(
            f"cannot listen at {doors.host} port {doors.port}: {error.strerror}. "
            "Is another desk running? Choose another port with --port"
        ) from None
    with listening:
        on_listening()
        uvicorn.Server(config).run(sockets=[listening])
