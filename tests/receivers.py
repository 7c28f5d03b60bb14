"""Stand-ins for the services that messages go to, on loopback, written from their documents.

Each checks method, address, signature and body as the service says it does, and answers what the
service answers; what it takes, it keeps. A test can tell it to answer otherwise for a while.

https://open.dingtalk.com/document/robots/custom-robot-access: timestamp (milliseconds, at most an
hour off) and sign in the address; sign is HMAC-SHA256 of "timestamp newline secret" under the
secret, in Base64; 310000 for a wrong one or a missing keyword; 130101 over 20 a minute.
https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: timestamp (seconds, at most an
hour off) and sign in the body; sign is HMAC-SHA256 of nothing under "timestamp newline secret", in
Base64; 19021 for a wrong one, 19024 for a missing keyword, 11232 where it comes too fast.
https://developer.work.weixin.qq.com/document/path/91770: the key in the address, text of at most
2048 bytes; 93000 for a wrong key, 40058 for a wrong body, 45009 over 20 a minute.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from web import Answer, listening

TOKEN = "0c1d2e3f4a5b6c7d8e9f"
SECRET = "SEC7f6e5d4c3b2a19080706"
HOUR = 3600


def _hmac(key: str, message: str) -> str:
    return base64.b64encode(
        hmac.new(key.encode("utf-8"), message.encode("utf-8"), hashlib.sha256).digest()
    ).decode()


def _told(**answer: Any) -> Answer:
    return Answer(json.dumps(answer).encode(), headers={"Content-Type": "application/json"})


@dataclass
class Receiver:
    """A service at `address`; texts: what it took, in order. asked: how many requests came.

    otherwise: answers to give instead, in turn; the service takes nothing then, unless
        `takes_first`. before: called with each request.
    """

    address: str = ""
    secret: str = ""
    keyword: str = ""
    texts: list[str] = field(default_factory=list)
    asked: int = 0
    otherwise: list[Answer] = field(default_factory=list)
    takes_first: bool = False
    before: Callable[[], None] | None = None
    path = "/"
    refused = Answer(status=500)
    fast = Answer(status=429, headers={"Retry-After": "120"})

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        self.asked += 1
        if self.before:
            self.before()
        if self.otherwise:
            if self.takes_first:
                self.judge(method, target, headers, body)
            return self.otherwise.pop(0)
        return self.judge(method, target, headers, body)

    def judge(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        raise NotImplementedError

    @property
    def url(self) -> str:
        """What the operator copies from the service."""
        return self.address + self.path

    def _has_keyword(self, text: str) -> bool:
        return self.keyword in text


class DingTalk(Receiver):
    """A custom robot of DingTalk."""

    path = f"/robot/send?access_token={TOKEN}"
    refused = _told(errcode=310000, errmsg="keywords not in content")
    fast = _told(errcode=130101, errmsg="send too fast, exceed 20 times per minute")

    def judge(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if (method, parts.path) != ("POST", "/robot/send"):
            return Answer(status=404)
        if query.get("access_token") != TOKEN:
            return _told(errcode=300001, errmsg="token is not exist")
        if not headers.get("content-type", "").startswith("application/json"):
            return _told(errcode=43004, errmsg="invalid content type")
        if self.secret:
            stamp = query.get("timestamp", "0")
            if abs(time.time() * 1000 - int(stamp)) > HOUR * 1000:
                return _told(errcode=310000, errmsg="invalid timestamp")
            if query.get("sign") != _hmac(self.secret, f"{stamp}\n{self.secret}"):
                return _told(errcode=310000, errmsg="sign not match")
        content = json.loads(body)
        if content["msgtype"] != "text" or len(body) > 20_000:
            return _told(errcode=40035, errmsg="invalid parameter")
        text = content["text"]["content"]
        if not self._has_keyword(text):
            return _told(errcode=310000, errmsg="keywords not in content")
        self.texts.append(text)
        return _told(errcode=0, errmsg="ok")


class Feishu(Receiver):
    """A custom bot of Feishu."""

    path = f"/open-apis/bot/v2/hook/{TOKEN}"
    refused = _told(code=19024, msg="Key Words Not Found", data={})
    fast = _told(code=11232, msg="frequency limited psm", data={})

    def judge(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        if (method, target) != ("POST", self.path):
            return _told(code=19001, msg="param invalid: incoming webhook access token invalid")
        content = json.loads(body)
        if self.secret:
            stamp = content.get("timestamp", "0")
            is_old = abs(time.time() - int(stamp)) > HOUR
            if is_old or content.get("sign") != _hmac(f"{stamp}\n{self.secret}", ""):
                return _told(
                    code=19021, msg="sign match fail or timestamp is not within one hour from now"
                )
        if content["msg_type"] != "text" or len(body) > 20_000:
            return _told(code=9499, msg="Bad Request")
        text = content["content"]["text"]
        if not self._has_keyword(text):
            return self.refused
        self.texts.append(text)
        return _told(StatusCode=0, StatusMessage="success", code=0, data={}, msg="success")


class WeCom(Receiver):
    """A robot of a WeCom group; it signs nothing and knows no keyword."""

    path = f"/cgi-bin/webhook/send?key={TOKEN}"
    refused = _told(errcode=93000, errmsg="invalid webhook url, hint: [1]")
    fast = _told(errcode=45009, errmsg="api freq out of limit")

    def judge(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        if (method, target) != ("POST", self.path):
            return self.refused
        content = json.loads(body)
        text = content["text"]["content"]
        if content["msgtype"] != "text" or len(text.encode("utf-8")) > 2048:
            return _told(errcode=40058, errmsg="invalid Request Parameter")
        self.texts.append(text)
        return _told(errcode=0, errmsg="ok")


class Webhook(Receiver):
    """Any webhook that takes JSON, as apprise posts it."""

    path = f"/hook/{TOKEN}"
    refused = Answer(b"no", status=403)

    def judge(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        if (method, urlsplit(target).path.rstrip("/")) != ("POST", self.path):
            return Answer(status=404)
        content = json.loads(body)
        self.texts.append(f"{content['title']}\n{content['message']}")
        return Answer(b"done")

    @property
    def url(self) -> str:
        return f"{self.address.replace('http', 'json')}{self.path}"


class Ntfy(Receiver):
    """A server of ntfy: a topic and a message as JSON (https://docs.ntfy.sh/publish)."""

    topic = "wards"

    def judge(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        content = json.loads(body)
        if method != "POST" or content.get("topic") != self.topic:
            return Answer(status=404)
        self.texts.append(f"{content.get('title', '')}\n{content['message']}")
        return _told(id="x", event="message")

    @property
    def url(self) -> str:
        return f"{self.address.replace('http', 'ntfy')}/{self.topic}"


@contextmanager
def receiving(receiver: Receiver, *, port: int = 0) -> Iterator[Receiver]:
    """Let a receiver take messages until the end of the block."""
    with listening(receiver.answer, port=port) as receiver.address:
        yield receiver
