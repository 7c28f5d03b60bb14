"""The desk behind Debian's nginx, set up as docs/proxy.md has it: what gets through, as whose."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from desk_client import Answer, Serving, link, write_settings
from documents import fenced
from real_servers import free_ports
from staged_day import AGENT, stage

from monitor.desk import throttle
from monitor.desk.current import CurrentSettings
from monitor.store import Store

NAME = "desk.example.org"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "null"}


def certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for the desk's name and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # By the machine's own clock, which TLS goes by whatever the tests' clock says.
        .not_valid_before(datetime(2020, 1, 1))
        .not_valid_after(datetime(2099, 1, 1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "desk.pem", folder / "desk.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return public, private


class Nginx:
    """nginx with the block of the document: ports, files and one length of time are ours."""

    def __init__(self, program: str, folder: Path, desk_port: int, without: str = "") -> None:
        self.http, self.https = free_ports(2)
        self.certificate, key = certificate(folder)
        [block] = fenced("docs/proxy.md", "nginx")
        for theirs, ours in (
            ("listen 80 ", f"listen 127.0.0.1:{self.http} "),
            ("listen 443 ", f"listen 127.0.0.1:{self.https} "),
            ("/etc/ssl/desk.pem", str(self.certificate)),
            ("/etc/ssl/private/desk.key", str(key)),
            ("127.0.0.1:8017", f"127.0.0.1:{desk_port}"),
            ("/var/log/nginx/error.log", str(folder / "error.log")),
            ("client_header_timeout 10s", "client_header_timeout 1s"),
            *([(without, "location = /nowhere")] if without else []),
        ):
            assert theirs in block, theirs
            block = block.replace(theirs, ours)
        kept = "".join(
            f"{what}_temp_path {folder}/{what};\n"
            for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        whose = "user root;" if os.geteuid() == 0 else ""
        file = folder / "nginx.conf"
        file.write_text(
            f"{whose}\ndaemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\n"
            f"events {{}}\nhttp {{\n{kept}access_log off;\n{block}}}\n",
            encoding="utf-8",
        )
        self.log = folder / "error.log"
        self._process = subprocess.Popen(
            [program, "-p", str(folder), "-e", str(folder / "start.log"), "-c", str(file)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.https), 1).close()
                break
            except OSError:
                if self._process.poll() is not None:
                    raise RuntimeError((folder / "start.log").read_text()) from None
                time.sleep(0.02)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()

    def line(self, source: str = "127.0.0.1", name: str = NAME, **limits: object) -> ssl.SSLSocket:
        """Return a TLS connection from an address of this machine."""
        context = ssl.create_default_context(cafile=self.certificate)
        for limit, value in limits.items():
            setattr(context, limit, value)
        if limits:
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
        plain = socket.create_connection(("127.0.0.1", self.https), 120, source_address=(source, 0))
        return context.wrap_socket(plain, server_hostname=name)

    def ask(
        self,
        path: str,
        body: str | None = None,
        source: str = "127.0.0.1",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Return what a request by TLS is answered."""
        asking = http.client.HTTPConnection(NAME)
        asking.sock = self.line(source)
        try:
            method = "GET" if body is None else "POST"
            asking.request(method, path, body, {**(FORM if body else {}), **(headers or {})})
            got = asking.getresponse()
            return Answer(got.status, got.headers, got.read().decode())
        finally:
            asking.close()


Start = Callable[..., Nginx]


@pytest.fixture
def start(store: Store, tmp_path: Path, missing: Callable[[str], NoReturn]) -> Iterator[Start]:
    """Start nginx before a desk of the store."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or missing("nginx")
    stage(store, 2)
    desk = Serving(CurrentSettings(write_settings(tmp_path)), f"https://{NAME}")
    made: list[Nginx] = []

    def begin(**how: str) -> Nginx:
        made.append(Nginx(program, tmp_path, desk.port, **how))
        return made[-1]

    yield begin
    for one in made:
        one.stop()
    desk.stop()


@pytest.fixture
def nginx(start: Start) -> Nginx:
    return start()


def test_one_signs_in_by_tls_and_the_cookie_is_for_tls_alone(nginx: Nginx, tmp_path: Path) -> None:
    secret = link(tmp_path, AGENT)
    assert AGENT in nginx.ask(f"/sign-in/{secret}").text
    answer = nginx.ask("/sign-in", f"secret={secret}")
    assert answer.status_code == 303, answer.text
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-distress=") and "Secure" in cookie
    page = nginx.ask("/", headers={"Cookie": cookie.partition(";")[0]})
    assert page.status_code == 200 and AGENT in page.text
    assert int(page.headers["Strict-Transport-Security"].partition("=")[2]) > 15_000_000
    assert page.headers["Server"] == "nginx", "no version"
    assert not nginx.log.exists() or secret not in nginx.log.read_text()


def test_who_comes_without_tls_is_led_to_it(nginx: Nginx) -> None:
    asking = http.client.HTTPConnection("127.0.0.1", nginx.http)
    asking.request("GET", "/packing.html")
    answer = asking.getresponse()
    assert answer.status == 301
    assert answer.getheader("Location") == f"https://{NAME}/packing.html"
    asking.close()


def test_old_tls_and_other_names_are_refused_in_the_handshake(nginx: Nginx) -> None:
    with pytest.raises(ssl.SSLError, match="UNRECOGNIZED_NAME"):
        nginx.line(name="other.example.org")
    old = ssl.TLSVersion.TLSv1
    with (
        pytest.warns(DeprecationWarning),
        pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"),
    ):
        nginx.line(minimum_version=old, maximum_version=ssl.TLSVersion.TLSv1_1)


@pytest.mark.true_clock
def test_a_head_that_does_not_come_is_not_waited_for(nginx: Nginx) -> None:
    with nginx.line() as slow:
        slow.sendall(f"GET / HTTP/1.1\r\nHost: {NAME}\r\nX-Slow: ".encode())
        assert slow.recv(1000) == b"" or b" 408 " in slow.recv(1000)
    assert nginx.ask("/").status_code == 401, "the others are answered"


def test_a_body_that_is_too_large_is_refused_at_its_announcement(nginx: Nginx) -> None:
    with nginx.line() as large:
        large.sendall(
            f"POST /outcomes HTTP/1.1\r\nHost: {NAME}\r\n"
            f"Content-Length: {21 * 1024 * 1024}\r\n\r\n".encode()
        )
        assert b" 413 " in large.recv(1000)


def test_one_address_asks_too_much_and_others_are_still_answered(nginx: Nginx) -> None:
    told = [nginx.ask("/", source="127.0.0.2").status_code for _ in range(61)]
    while told[-1] != 429:  # nginx's clock goes on meanwhile
        told.append(nginx.ask("/", source="127.0.0.2").status_code)
        assert len(told) < 5000
    assert nginx.ask("/", source="127.0.0.3").status_code == 401


def test_an_address_is_the_one_that_nginx_saw_whatever_a_client_says(
    nginx: Nginx, tmp_path: Path
) -> None:
    for at in range(throttle.TRIES):
        made_up = {"X-Forwarded-For": f"203.0.113.{at}", "Forwarded": f"for=203.0.113.{at}"}
        assert nginx.ask(f"/sign-in/{at}", source="127.0.0.2", headers=made_up).status_code == 410
    refused = nginx.ask("/sign-in/x", source="127.0.0.2", headers={"X-Forwarded-For": "1.1.1.1"})
    assert refused.status_code == 429 and "试得太多了" in refused.text
    secret = link(tmp_path, AGENT)
    other = nginx.ask("/sign-in", f"secret={secret}", source="127.0.0.3")
    assert other.status_code == 303


def test_what_is_for_monitors_of_this_machine_does_not_come_through(start: Start) -> None:
    for path in ("/metrics", "/health"):
        assert start().ask(path).status_code == 404
    through = start(without="location ~ ^/(health|metrics)$")
    for headers in ({}, {"X-Forwarded-For": "127.0.0.1"}, {"Via": "1.1 x"}):
        assert through.ask("/metrics", headers=headers).status_code == 403
