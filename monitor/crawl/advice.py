"""What to do about a source that failed: its health goes in, one sentence comes out."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.crawl.health import NO_NETWORK, Health
from monitor.language import N_

# How a run ended, for the lead's page.
WORDS: Mapping[str, str] = {
    "ok": N_("正常"),
    "empty": N_("没有新的"),
    "blocked": N_("被拒绝"),
    "login needed": N_("要登录"),
    "changed": N_("格式变了"),
    "unreachable": N_("连不上"),
    "cut short": N_("没读完"),
}


@dataclass(frozen=True, slots=True)
class ToDo:
    """One sentence, for the terminal and for the lead's page."""

    en: str
    zh: str


_LOW = ToDo(
    "search for its words on the site by hand: do they still find posts?",
    "到网站上手动搜一下，看关键词还搜不搜得到帖子。",
)
# Outcome, a sign in the run's message, and what to do; the first that fits counts. Braces are
# filled in: {variable} of the login, {look} and {again} are commands.
_ADVICE: tuple[tuple[str, str, ToDo], ...] = (
    ("blocked", "robots.txt", ToDo(
        "its robots.txt forbids it: ask its operator before you set obey_robots = false",
        "对方的 robots.txt 不让抓：先问对方，同意了再设 obey_robots = false。")),
    ("blocked", "allow_private", ToDo(
        "the address is of a private network: only if it is yours, set allow_private = true",
        "这是内网地址：确实是自己的，才设 allow_private = true。")),
    ("blocked", "", ToDo(
        "let it rest, raise its delay and ask for less; if it stays so, ask the site's operator",
        "先歇一歇，把 delay 调大、少抓一些；一直这样就联系对方。")),
    ("login needed", "", ToDo(
        "set a fresh cookie, token or password in {variable}",
        "换一份新的登录，放进{variable}。")),
    ("changed", "found nothing", ToDo(
        "search for the probe's word on the site by hand: if it finds posts there, the spider "
        "reads nothing any more",
        "到网站上手动搜一下探针词：那边搜得到，就是程序读不出来了，要改程序。")),
    ("changed", "", ToDo(
        "see what came, with {look}; the spider or the settings need mending",
        "用 {look} 看对方给了什么；要改程序或设置。")),
    ("unreachable", NO_NETWORK, ToDo(
        "see whether this machine is online; if it is, whether the host's name is right",
        "先看这台机器能不能上网；能上，再核对设置里的网址。")),
    ("unreachable", "", ToDo(
        "try the address or path of the message by hand; the next run tries again",
        "手动打开说明里的地址或文件试试；下一轮会再抓。")),
    ("cut short", "cannot write to the store", ToDo(
        "mend what the message says of the store first; then {again}",
        "先按说明修好数据文件，再执行 {again}。")),
    ("cut short", "[crawl] daily", ToDo(
        "wait for midnight, or raise [crawl] daily",
        "等过了零点，或者调大 [crawl] daily。")),
    ("cut short", "[crawl] failures", ToDo(
        "try its host by hand; the next run tries again",
        "手动打开那个网站试试；下一轮会再抓。")),
    ("cut short", "no requests left", ToDo(
        "wait until the time in the message, and ask for less",
        "等到说明里的时间再抓，并少抓一些。")),
    ("cut short", "time_limit", ToDo(
        "raise its time_limit, or ask for less; then {again}",
        "把 time_limit 调大，或者少抓一些，再执行 {again}。")),
    ("cut short", "reach back only", ToDo(
        "crawl it more often, or narrow what it asks for: the service gives no older posts",
        "抓得勤一些，或者把要搜的词收窄：再早的帖子对方不给了。")),
    ("cut short", "", ToDo(
        "read the rest with {again}; nothing is read twice",
        "用 {again} 读完剩下的，不会重复。")),
)  # fmt: skip


def to_do(health: Health) -> ToDo | None:
    """Return what to do about a source, None where there is nothing to do."""
    if not health.failed:
        return _LOW if health.low else None
    for outcome, sign, advice in _ADVICE:
        if outcome == health.outcome and sign in health.message:
            return _filled(advice, health)
    return None


def is_offline(outcome: str | None, message: str | None) -> bool:
    """Tell whether a run found no network: that of one source is that of all."""
    return outcome == "unreachable" and NO_NETWORK in (message or "")


def _filled(advice: ToDo, health: Health) -> ToDo:
    name = shlex.quote(health.source)
    commands = {
        "look": f"distress status {f'--answer {name}' if health.answer else '--set-aside'}",
        "again": f"distress crawl {name}",
    }
    variable = health.variable
    return ToDo(
        advice.en.format(variable=variable or "the environment", **commands),
        advice.zh.format(variable=f"环境变量 {variable}" if variable else "环境变量", **commands),
    )
