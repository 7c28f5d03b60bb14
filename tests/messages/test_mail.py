"""Messages as mail, taken by a real mail server."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from told_desk import ToldDesk


class Mailbox:
    """What a mail server hands over to; refusal: what it says instead, "" for nothing."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusal = ""
        self.cuts = False

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        if self.cuts:
            server.transport.abort()
        return "250 taken"


@contextmanager
def serving_mail(mailbox: Mailbox, port: int) -> Iterator[None]:
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@pytest.fixture
def port(desk: ToldDesk) -> int:
    """A port for a mail server, which the desk has a channel to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    url = f"mailto://127.0.0.1:{number}?from=desk@example.org&to=lead@example.org&mode=insecure"
    desk.has("mail", "apprise", url)
    return number


def test_a_mail_arrives_with_heading_and_words(desk: ToldDesk, port: int) -> None:
    mailbox = Mailbox()
    desk.add("橘洲医院 · N95口罩")
    with serving_mail(mailbox, port):
        assert desk.send().sent == 1
        assert not desk.send(timedelta(hours=1))
    [mail] = mailbox.mails
    assert mail["To"] == "lead@example.org" and mail["Subject"] == "【Distress desk】"
    body = mail.get_body(("plain",))
    assert body is not None and "· 橘洲医院 · N95口罩" in body.get_content()
    assert "whether it was shown to anybody is not known" in desk.outbox()[0].receipt


def test_a_server_that_refuses_or_is_down_gets_the_mail_later_once(
    desk: ToldDesk, port: int
) -> None:
    mailbox = Mailbox()
    desk.add()
    assert desk.send().refused == 1
    assert "takes no connection" in desk.outbox()[0].receipt
    mailbox.refusal = "450 mailbox unavailable"
    with serving_mail(mailbox, port):
        assert desk.send(timedelta(hours=1)).refused == 1
        assert "450" in desk.outbox()[0].receipt
        mailbox.refusal = ""
        assert desk.send(timedelta(hours=1)).sent == 1
    assert len(mailbox.mails) == 1


def test_a_server_that_takes_a_mail_and_cuts_off_gets_it_once(desk: ToldDesk, port: int) -> None:
    mailbox = Mailbox()
    mailbox.cuts = True
    desk.add()
    with serving_mail(mailbox, port):
        assert desk.send().unsure == 1
        assert not desk.send(timedelta(days=1))
    assert len(mailbox.mails) == 1
