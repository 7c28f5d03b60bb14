"""The doors of the live desk: who is let in, by which link, and what others' pages cannot do."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from desk_client import OTHER, Desk, desks, link, outcome, write_settings
from staged_day import AGENT, stage

from monitor import settings
from monitor.cli import main
from monitor.desk import reading, reception
from monitor.desk.server import doors_of
from monitor.desk.session import hash_of
from monitor.errors import SettingsError
from monitor.store import Store


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Iterator[Desk]:
    """Return a browser at the desk of the store, signed in as an agent where one is named."""
    yield from desks(store, tmp_path)


def test_only_loopback_is_opened_without_tls_or_a_word_for_it(tmp_path: Path) -> None:
    loaded = settings.load(write_settings(tmp_path))
    with pytest.raises(SettingsError, match="--insecure"):
        doors_of(loaded, host="192.168.1.5")
    assert doors_of(loaded, host="192.168.1.5", insecure=True).base == "http://192.168.1.5:8017"
    assert doors_of(loaded).base == "http://127.0.0.1:8017"
    with pytest.raises(SettingsError, match="address"):
        doors_of(loaded, host="0.0.0.0", insecure=True)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1"])
def test_a_name_that_is_not_the_desks_is_refused(desk: Desk, host: str) -> None:
    assert desk().get("/", headers={"Host": host}).status_code == 421


def test_every_answer_forbids_framing_sniffing_and_keeping(desk: Desk) -> None:
    browser = desk()
    for path in ("/", "/sign-in/x", "/nowhere", "/live"):
        headers = browser.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": ""},
        {"X-CSRF": "x"},
        {"X-CSRF": ""},
        {"X-CSRF": "钥匙".encode().decode("latin-1")},
    ],
)
def test_what_another_sites_page_sends_changes_nothing(
    desk: Desk, store: Store, headers: dict[str, str]
) -> None:
    [case_id] = stage(store, 1)
    browser = desk(AGENT)
    noted = outcome(case_id)
    answer = browser.post("/outcomes", {"outcomes": [noted]}, headers=headers)
    assert answer.status_code == 403
    assert store.callbacks.get(noted["id"]) is None


@pytest.mark.parametrize(
    ("sent", "kind", "status"),
    [
        (b"{}", "text/plain", 415),
        ([], "application/json", 400),
        ({"outcomes": 3}, "application/json", 400),
        ({"outcomes": [{}] * 501}, "application/json", 400),
        (b"[" * 9999, "application/json", 400),
        ({"outcomes": ["x" * 3_000_000]}, "application/json", 413),
    ],
)
def test_what_is_no_list_of_outcomes_is_refused(
    desk: Desk, sent: Any, kind: str, status: int
) -> None:
    answer = desk(AGENT).post("/outcomes", sent, {"Content-Type": kind})
    assert answer.status_code == status


def test_looking_at_a_link_does_not_use_it_up_and_signing_in_does(
    desk: Desk, tmp_path: Path
) -> None:
    browser = desk()
    secret = link(tmp_path, AGENT)
    for _ in range(3):
        assert f"我是 {AGENT}" in browser.get(f"/sign-in/{secret}").text
    assert browser.submit("/sign-in", secret=secret).status_code == 303
    again = desk()
    assert again.submit("/sign-in", secret=secret).status_code == 410
    assert "不能用了" in again.get(f"/sign-in/{secret}").text
    assert again.get("/").status_code == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(desk: Desk, tmp_path: Path) -> None:
    answer = desk().submit("/sign-in", secret=link(tmp_path, AGENT))
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    behind_tls = desk(address="https://desk.example.org")
    answer = behind_tls.submit("/sign-in", secret=link(tmp_path, AGENT))
    assert answer.headers["Set-Cookie"].startswith("__Host-distress=")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_no_secret_is_in_the_store(desk: Desk, store: Store, tmp_path: Path) -> None:
    unused = link(tmp_path, OTHER)
    browser = desk(AGENT)
    [cookie] = browser.cookies.values()
    everything = "\n".join(sqlite3.connect(store.path).iterdump())
    assert OTHER in everything
    assert unused not in everything
    assert cookie not in everything


@pytest.mark.parametrize("length", ["link", "session"])
def test_what_has_expired_opens_nothing(
    desk: Desk, store: Store, tmp_path: Path, length: str
) -> None:
    secret = link(tmp_path, AGENT)
    browser = desk(AGENT)
    table = {"link": "sign_in_links", "session": "sessions"}[length]
    with store.write():
        store.connection.db.execute(f"UPDATE {table} SET expires_at = '2020-02-12T06:30:00Z'")
    if length == "link":
        assert desk().submit("/sign-in", secret=secret).status_code == 410
    else:
        assert browser.get("/live").status_code == 401


def test_signing_out_ends_the_session_and_gives_the_cases_back(desk: Desk, store: Store) -> None:
    [case_id] = stage(store, 1)
    browser, other = desk(AGENT), desk(OTHER)
    assert browser.post("/claims", {"case": case_id}).json()["granted"]
    stolen = dict(browser.cookies)
    left = browser.submit("/sign-out", csrf=browser.headers["X-CSRF"])
    assert "已退出" in left.text
    browser.cookies.update(stolen)
    assert browser.get("/live").status_code == 401
    assert other.post("/claims", {"case": case_id}).json()["granted"]


def test_an_agent_removed_from_the_settings_is_signed_out(desk: Desk, tmp_path: Path) -> None:
    browser = desk(OTHER)
    secret = link(tmp_path, OTHER)
    assert browser.get("/live").status_code == 200
    file = tmp_path / "distress.toml"
    file.write_text(file.read_text().rpartition("[[agents]]")[0], encoding="utf-8")
    assert browser.get("/live").status_code == 401
    assert browser.submit("/sign-in", secret=secret).status_code == 410


def test_settings_that_an_editor_empties_before_it_writes_sign_nobody_out(
    desk: Desk, tmp_path: Path
) -> None:
    browser = desk(AGENT)
    file = tmp_path / "distress.toml"
    whole = file.read_text()
    file.write_text("", encoding="utf-8")
    assert browser.get("/live").status_code == 200
    file.write_text(whole, encoding="utf-8")
    assert browser.get("/live").status_code == 200


def test_signing_in_anew_ends_what_this_browser_was_signed_in_as(
    desk: Desk, store: Store, tmp_path: Path
) -> None:
    [case_id] = stage(store, 1)
    browser, other = desk(AGENT), desk(OTHER)
    assert browser.post("/claims", {"case": case_id}).json()["granted"]
    before = dict(browser.cookies)
    assert browser.submit("/sign-in", secret=link(tmp_path, AGENT)).status_code == 303
    assert browser.get("/live").status_code == 200
    browser.cookies = before
    assert browser.get("/live").status_code == 401
    assert other.post("/claims", {"case": case_id}).json()["granted"]


def test_of_many_who_use_a_link_at_once_one_is_signed_in(desk: Desk, tmp_path: Path) -> None:
    secret = link(tmp_path, AGENT)
    browsers = [desk() for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda b: b.submit("/sign-in", secret=secret), browsers))
    assert sorted(answer.status_code for answer in told) == [303, *[410] * 7]


def test_a_guessed_link_makes_nobody_wait_for_the_store(desk: Desk, store: Store) -> None:
    browser = desk()
    with store.write():
        assert browser.submit("/sign-in", secret="guess").status_code == 410


@pytest.mark.parametrize("trouble", ["busy", "gone", "foreign"])
def test_trouble_with_the_store_tells_visitors_nothing_of_the_machine(
    desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(reception, "_WRITE_WAIT", 0.1)
    [case_id] = stage(store, 1)
    browser = desk(AGENT)
    if trouble == "busy":
        with store.write():
            answer = browser.post("/claims", {"case": case_id})
    else:
        store.close()
        for file in store.path.parent.glob(f"{store.path.name}*"):
            file.unlink()
        if trouble == "foreign":
            store.path.write_bytes(b"no store" * 999)
        answer = desk().get("/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert str(store.path.parent) not in answer.text
    assert store.path.exists() == (trouble != "gone")


def test_a_body_that_does_not_come_is_not_waited_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_SLOWEST_BODY", 0.1)
    browser = desk()
    promised = {"Content-Length": "99", "Content-Type": "application/json", "Origin": browser.base}
    lines = [f"{name}: {value}" for name, value in promised.items()]
    with socket.create_connection(("127.0.0.1", browser.port), timeout=120) as slow:
        slow.sendall(
            "\r\n".join(
                ["POST /outcomes HTTP/1.1", f"Host: 127.0.0.1:{browser.port}", *lines, "", "{"]
            ).encode()
        )
        assert slow.recv(100).startswith(b"HTTP/1.1 408 ")


def test_the_operator_sees_who_is_signed_in_and_ends_it(desk: Desk, tmp_path: Path) -> None:
    browser = desk(AGENT)
    config = ["--config", str(tmp_path / "distress.toml"), "desk"]
    assert f"{AGENT} " in CliRunner().invoke(main, [*config, "sessions"]).output
    assert "已退出 1 处登录" in CliRunner().invoke(main, [*config, "out", AGENT]).output
    assert "现在没有人登录" in CliRunner().invoke(main, [*config, "sessions"]).output
    assert browser.get("/live").status_code == 401


def test_the_operator_ends_one_session_and_the_others_stay(desk: Desk, tmp_path: Path) -> None:
    config = ["--config", str(tmp_path / "distress.toml"), "desk"]
    lost, kept, other = desk(AGENT), desk(AGENT), desk(OTHER)
    name = hash_of(*lost.cookies.values())[:8]
    assert f"{AGENT} {name}：" in CliRunner().invoke(main, [*config, "sessions"]).output
    wrong = CliRunner().invoke(main, [*config, "out", OTHER, "--session", name])
    assert wrong.exit_code == 1 and f"no session '{name}'" in wrong.output
    done = CliRunner().invoke(main, [*config, "out", AGENT, "--session", name])
    assert "已退出 1 处登录" in done.output
    assert [one.get("/live").status_code for one in (lost, kept, other)] == [401, 200, 200]
    again = CliRunner().invoke(main, [*config, "out", AGENT, "--session", name])
    assert again.exit_code == 1 and name in again.output


def test_a_lead_ends_one_session_on_the_page_and_others_cannot(desk: Desk, store: Store) -> None:
    lead, lost, kept = desk(AGENT), desk(OTHER), desk(OTHER)
    name = hash_of(*lost.cookies.values())[:8]
    page = lead.get("/index.html").text
    assert page.count('action="/sessions/end"') == 3 and f'value="{name}"' in page
    assert lost.cookies.keys() and not any(value in page for value in lost.cookies.values())
    assert 'action="/sessions/end"' not in kept.get("/index.html").text
    asked = {"agent": OTHER, "session": name}
    assert kept.submit("/sessions/end", **asked, csrf=kept.headers["X-CSRF"]).status_code == 403
    assert lead.submit("/sessions/end", **asked).status_code == 403
    done = lead.submit("/sessions/end", **asked, csrf=lead.headers["X-CSRF"])
    assert (done.status_code, done.headers["Location"]) == (303, "/index.html#signed-in")
    assert [one.get("/live").status_code for one in (lost, kept, lead)] == [401, 200, 200]


def test_a_link_for_nobody_names_the_agents(desk: Desk, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main, ["--config", str(tmp_path / "distress.toml"), "desk", "link", "云洛"]
    )
    assert done.exit_code == 1
    assert "云落, 望舒" in done.output.replace("\n", " ")


def test_without_the_extra_the_commands_say_how_to_get_it(tmp_path: Path) -> None:
    write_settings(tmp_path)
    Store(tmp_path / "distress.db").close()
    code = (
        "import sys; sys.modules['starlette'] = sys.modules['uvicorn'] = None; "
        "from monitor.cli import main; main()"
    )
    started = [sys.executable, "-c", code, "--config", str(tmp_path / "distress.toml"), "desk"]
    done = subprocess.run(started, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    said = " ".join(done.stderr.split())
    assert "pip install 'distress-signal-monitor[desk]'" in said
    assert "Traceback" not in said
    made = subprocess.run([*started, "link", AGENT], capture_output=True, text=True, check=False)
    assert "/sign-in/" in made.stdout


def test_what_keeps_the_desk_from_opening_is_told_in_a_line(tmp_path: Path) -> None:
    file = write_settings(tmp_path)
    Store(tmp_path / "distress.db").close()
    desk = ["--config", str(file), "desk"]
    broken = CliRunner().invoke(main, [*desk, "--cert", str(file), "--key", str(file)])
    assert broken.exit_code == 2
    assert "Give PEM files" in " ".join(broken.output.split())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        twice = CliRunner().invoke(main, [*desk, "--port", port])
    assert twice.exit_code == 1
    assert "Choose another port with --port" in " ".join(twice.output.split())
