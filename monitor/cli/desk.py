"""Commands of the live desk: serve it, make sign-in links, see and end sessions."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path

import click

from monitor.cli.frame import Commands, err, main, out, settings_here, store_of
from monitor.errors import DistressError, UnknownNameError
from monitor.language import language
from monitor.masking import plain
from monitor.settings import FILE_NAME

_PATIENCE = 20.0  # seconds that a desk may take to answer a check


@main.group("desk", cls=Commands, invoke_without_command=True)
@click.option("--host", help="Address to listen at instead of the one in the settings.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port instead of the settings' one.")
@click.option(
    "--cert", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="TLS certificate."
)
@click.option(
    "--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Its private key."
)
@click.option("--insecure", is_flag=True, help="Let other machines in without TLS.")
@click.pass_context
def desk_group(
    ctx: click.Context,
    host: str | None,
    port: int | None,
    cert: Path | None,
    key: Path | None,
    insecure: bool,
) -> None:
    """Serve the agents' pages, taking their outcomes at once, until stopped.

    Example: distress desk --port 8017
    """
    if ctx.invoked_subcommand:
        return
    from monitor.desk import server
    from monitor.desk.current import CurrentSettings
    from monitor.desk.doors import is_loopback

    current = CurrentSettings(ctx.obj or Path(FILE_NAME))
    doors = server.doors_of(current(), host=host, port=port, cert=cert, key=key, insecure=insecure)
    store_of(current()).close()
    spoken = language(current().language)
    if not is_loopback(doors.host) and not doors.tls:
        err.print(
            spoken.say("! 没有 TLS：这个网络上的人都看得到病房的号码，也能冒用同事的登录。"),
            style="bold red",
        )

    def tell() -> None:
        click.echo(
            spoken.say(
                "回拨台在 %(address)s；给同事的登录链接：%(command)s",
                address=doors.base,
                command="distress desk link AGENT",
            )
        )

    server.serve(current, doors, cert=cert, key=key, on_listening=tell)


@desk_group.command("link")
@click.argument("agent")
@click.option("--host", help="As given to distress desk, where it was.")
@click.option("--port", type=click.IntRange(1, 65535), help="As given to distress desk.")
@click.option("--tls", is_flag=True, help="The desk runs with --cert.")
def desk_link(agent: str, host: str | None, port: int | None, tls: bool) -> None:
    """Make a personal sign-in link; it works once, and not for long.

    Example: distress desk link 云落
    """
    from monitor.desk.doors import Doors
    from monitor.desk.session import new_link

    loaded = settings_here()
    doors = Doors(
        host=host or loaded.desk.host,
        port=port or loaded.desk.port,
        tls=tls,
        address=loaded.desk.address,
    )
    with store_of(loaded) as store:
        secret = new_link(store, loaded, agent)
    click.echo(f"{doors.base}/sign-in/{secret}")
    minutes = int(loaded.desk.link.total_seconds() / 60)
    words = language(loaded.language).say(
        "只给 %(agent)s，只能用一次，%(minutes)s 分钟内有效；请用稳妥的办法发给本人",
        agent=agent,
        minutes=minutes,
    )
    err.print(plain(words), markup=False)


@desk_group.command("sessions")
def desk_sessions() -> None:
    """List who is signed in, and which cases they have open.

    Example: distress desk sessions
    """
    loaded = settings_here()
    at = datetime.now(UTC)
    with store_of(loaded) as store:
        signed_in = store.desk.sessions(at=at)
        claims = store.desk.claims(at=at)
    spoken = language(loaded.language)
    for session in signed_in:
        cases = ", ".join(str(c.case_id) for c in claims if c.session == session.hash)
        words = spoken.say(
            "%(agent)s %(name)s：%(since)s 登录，到 %(until)s，正在看的求助：%(cases)s",
            agent=session.agent,
            name=session.name,
            since=f"{session.made_at.astimezone(loaded.zone):%m-%d %H:%M}",
            until=f"{session.expires_at.astimezone(loaded.zone):%m-%d %H:%M}",
            cases=cases or spoken.say("没有"),
        )
        out.print(plain(words), markup=False)
    if not signed_in:
        command = "distress desk link AGENT"
        click.echo(spoken.say("现在没有人登录；做一个登录链接：%(command)s", command=command))


@desk_group.command("out")
@click.argument("agent")
@click.option("--session", metavar="NAME", help="Of this session only, as distress desk sessions.")
def desk_out(agent: str, session: str | None) -> None:
    """Sign an agent out everywhere at once; links not yet used are void too.

    With --session only there: the other sessions and the links stay.

    Example: distress desk out 云落
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        at = datetime.now(UTC)
        names = {entry.name for entry in loaded.agents}
        names |= {one.agent for one in store.desk.sessions(at=at)}
        if agent not in names:
            raise UnknownNameError("agent", agent, sorted(names), "distress desk sessions")
        if session is None:
            ended = store.desk.end_agent(agent, at=at)
        else:
            ended = int(store.desk.end_named(session, agent, at=at))
            if not ended:
                known = [one.name for one in store.desk.sessions(at=at) if one.agent == agent]
                raise UnknownNameError("session", session, known, "distress desk sessions")
    told = language(loaded.language).say(
        "%(agent)s：已退出 %(count)s 处登录", agent=agent, count=ended
    )
    click.echo(plain(told))


@desk_group.command("check")
@click.option("--host", help="As given to distress desk, where it was.")
@click.option("--port", type=click.IntRange(1, 65535), help="As given to distress desk.")
@click.option("--tls", is_flag=True, help="The desk runs with --cert.")
def desk_check(host: str | None, port: int | None, tls: bool) -> None:
    """Ask the desk on this machine whether it answers; exits with 1 where it does not.

    Example: distress desk check
    """
    from monitor.desk.doors import WILDCARDS

    loaded = settings_here()
    host, port = host or loaded.desk.host, port or loaded.desk.port
    host = "127.0.0.1" if host in WILDCARDS else host
    connection = HTTPConnection(host, port, timeout=_PATIENCE)
    if tls:  # its certificate is of the name that agents type
        connection = HTTPSConnection(
            host, port, timeout=_PATIENCE, context=ssl._create_unverified_context()
        )
    try:
        connection.request("GET", "/health")
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise DistressError(
            f"no desk answers at {host} port {port}: {error}. Start it: distress desk"
        ) from None
    finally:
        connection.close()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise DistressError(f"the desk at {host} port {port} answers {status}; see its log")
    spoken = language(loaded.language)
    click.echo(spoken.say("回拨台有应答：%(host)s 端口 %(port)s", host=host, port=port))
