"""Commands of the live desk: serve it, make sign-in links, see and end sessions."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from monitor.cli.frame import Commands, err, main, out, settings_here, store_of
from monitor.errors import UnknownNameError
from monitor.masking import plain
from monitor.settings import FILE_NAME


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

    current = CurrentSettings(ctx.obj or Path(FILE_NAME))
    doors = server.doors_of(current(), host=host, port=port, cert=cert, key=key, insecure=insecure)
    store_of(current()).close()
    if not server.is_loopback(doors.host) and not doors.tls:
        err.print(
            "! WITHOUT TLS: everybody on this network can read the numbers of wards and take "
            "over an agent's session.",
            style="bold red",
        )

    def tell() -> None:
        click.echo(f"the desk is at {doors.base}; links for agents: distress desk link AGENT")

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
    err.print(
        plain(f"for {agent} alone, once, within {minutes} minutes; send it by a safe way"),
        markup=False,
    )


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
    for session in signed_in:
        cases = ", ".join(str(c.case_id) for c in claims if c.session == session.hash) or "none"
        out.print(
            plain(
                f"{session.agent}: since {session.made_at.astimezone(loaded.zone):%m-%d %H:%M}, "
                f"until {session.expires_at.astimezone(loaded.zone):%m-%d %H:%M}, "
                f"cases open: {cases}"
            ),
            markup=False,
        )
    if not signed_in:
        click.echo("nobody is signed in; make a link with: distress desk link AGENT")


@desk_group.command("out")
@click.argument("agent")
def desk_out(agent: str) -> None:
    """Sign an agent out everywhere at once; links not yet used are void too.

    Example: distress desk out 云落
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        at = datetime.now(UTC)
        names = {entry.name for entry in loaded.agents}
        names |= {session.agent for session in store.desk.sessions(at=at)}
        if agent not in names:
            raise UnknownNameError("agent", agent, sorted(names), "distress desk sessions")
        ended = store.desk.end_agent(agent, at=at)
    click.echo(plain(f"{agent}: {ended} sessions ended"))
