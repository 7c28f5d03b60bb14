"""Robots of DingTalk, Feishu and WeCom: a text goes in, what the robot made of it comes out.

Their answer's own code decides: a status of 200 may hold a refusal. Signatures and codes are those
of the services' documents:
https://open.dingtalk.com/document/robots/custom-robot-access
https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
https://developer.work.weixin.qq.com/document/path/91770
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from monitor.messages.outcome import Outcome
from monitor.messages.web import NotSentError, Response, UnknownError, ask, told

LONGEST = 2000  # bytes of a text; WeCom takes 2048, the others about 20,000
_LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Robot:
    """How one service is asked and answers.

    request: what an address and a text become, signed by a secret at a time, "" for unsigned.
    code, said: names of the fields of the answer with its code, 0 where all is well, and its words.
    waits: by code, so long nothing more is taken.
    """

    request: Callable[[str, str, str, datetime], tuple[str, dict[str, Any]]]
    code: str
    said: str
    waits: dict[int, timedelta]


def _signature(key: str, message: str) -> str:
    digest = hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _dingtalk(address: str, text: str, secret: str, now: datetime) -> tuple[str, dict[str, Any]]:
    if secret:
        stamp = str(int(now.timestamp() * 1000))
        sign = _signature(secret, f"{stamp}\n{secret}")
        joint = "&" if "?" in address else "?"
        address += joint + urlencode({"timestamp": stamp, "sign": sign})
    return address, {"msgtype": "text", "text": {"content": text}}


def _feishu(address: str, text: str, secret: str, now: datetime) -> tuple[str, dict[str, Any]]:
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        stamp = str(int(now.timestamp()))
        body = {"timestamp": stamp, "sign": _signature(f"{stamp}\n{secret}", ""), **body}
    return address, body


def _wecom(address: str, text: str, _secret: str, _now: datetime) -> tuple[str, dict[str, Any]]:
    return address, {"msgtype": "text", "text": {"content": text}}


_TOO_FAST = timedelta(minutes=10)  # so long DingTalk takes nothing after 20 messages in a minute
ROBOTS = {
    "dingtalk": Robot(_dingtalk, "errcode", "errmsg", {130101: _TOO_FAST, 660026: _TOO_FAST}),
    "feishu": Robot(_feishu, "code", "msg", {11232: timedelta(minutes=1)}),
    "wecom": Robot(_wecom, "errcode", "errmsg", {45009: timedelta(minutes=1)}),
}


def send(
    service: str, address: str, text: str, *, secret: str, now: datetime, timeout: float
) -> Outcome:
    """Send a text to a robot; secret: that signs it, "" for none."""
    robot = ROBOTS[service]
    url, body = robot.request(address, text, secret, now)
    try:
        return _read(robot, ask(url, body=body, timeout=timeout), now)
    except NotSentError as error:
        return Outcome("refused", f"not reached: {error}")
    except UnknownError as error:
        return Outcome("unsure", f"no answer: {error}")


def _read(robot: Robot, response: Response, now: datetime) -> Outcome:
    """Return what an answer says."""
    wait = wait_of(response, now)
    try:
        answer = json.loads(response.body)
        code, said = answer[robot.code], str(answer.get(robot.said, ""))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        code, said = None, response.body
    receipt = told(f"HTTP {response.status}, {robot.code} {code}: {said}")
    if response.status == 200 and code == 0 and code is not False:
        return Outcome("sent", receipt)
    if isinstance(code, int):
        wait = max(wait, robot.waits.get(code, timedelta(0)))
    return Outcome("refused", receipt, wait)


def wait_of(response: Response, now: datetime) -> timedelta:
    """Return how long an answer asks to wait, by its Retry-After in seconds or as a time."""
    asked = response.retry_after.strip()
    if asked.isdecimal() and asked.isascii():
        return min(timedelta(seconds=int(asked[:9])), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(asked)
    except (ValueError, TypeError):
        return timedelta(0)
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta(0)), _LONGEST_WAIT)
