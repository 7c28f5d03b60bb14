"""What monitors are told of the desk, who is told it, and what ends in an error nobody foresaw."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk_client import Browser, Desk, desks
from prometheus_client.parser import text_string_to_metric_families
from staged_day import AGENT, stage

from monitor.cli import main
from monitor.desk import pages, reception
from monitor.store import Store

SOURCE = '[[sources]]\nname = "web"\nspider = "feed"\nurls = ["https://e.org/rss"]\nevery = "15m"\n'


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Iterator[Desk]:
    yield from desks(store, tmp_path)


def add(folder: Path, words: str) -> None:
    file = folder / "distress.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("[desk]", f"[desk]\n{words}"), "utf-8")


def figures(browser: Browser, **headers: str) -> dict[tuple[str, ...], float]:
    """Return each figure by its name and the values of its labels, as Prometheus reads them."""
    answer = browser.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_figures_are_those_of_the_store(desk: Desk, store: Store, tmp_path: Path) -> None:
    stage(store, 3)
    run = store.runs.start("crawl", "web")
    store.runs.end(run, "blocked", "a captcha came")
    file = tmp_path / "distress.toml"
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{SOURCE}", encoding="utf-8")
    browser = desk(AGENT)
    seen = figures(browser)
    assert seen["distress_cases_open",] == len(store.cases.open_ids()) > 0
    assert seen["distress_posts",] == store.posts.count() > 0
    assert seen["distress_desk_sessions",] == 1
    assert seen["distress_source_failed", "web"] == 1
    assert seen["distress_store_bytes",] > 0 and seen["distress_disk_free_bytes",] > 0
    done = CliRunner().invoke(main, ["--config", str(file), "status", "--check"])
    assert done.exit_code == 1 and "captcha" in done.output
    assert seen["distress_wants",] == len(done.output.splitlines())
    assert seen["distress_desk_answers_total", "303"] == 1
    assert ("distress_backup_timestamp_seconds",) not in seen, "there is none"


def test_figures_name_no_person(desk: Desk, store: Store) -> None:
    stage(store)
    text = desk(AGENT).get("/metrics").text
    assert AGENT not in text
    assert not re.search(r"1380\d{7}", text) and "医院" not in text


def test_health_is_whether_the_store_can_be_read(desk: Desk, store: Store) -> None:
    browser = desk()
    assert browser.get("/health").json() == {"health": "ok"}
    store.close()
    for file in store.path.parent.glob(f"{store.path.name}*"):
        file.unlink()
    assert browser.get("/health").status_code == 503


@pytest.mark.parametrize("path", ["/health", "/metrics"])
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.5"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Forwarded": "for=203.0.113.5"},
        {"Via": "1.1 proxy"},
        {"Host": "desk.example.org"},
        {"Authorization": "Bearer guess", "Via": "1.1 proxy"},
    ],
)
def test_what_a_proxy_passes_on_is_not_told(desk: Desk, path: str, headers: dict[str, str]) -> None:
    browser = desk(address="https://desk.example.org")
    browser.base = "http://127.0.0.1"
    assert browser.get(path).status_code == 200
    assert browser.get(path, headers=headers).status_code == 403


def test_with_the_token_others_are_told_too(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = desk()
    add(tmp_path, 'token = "DESK_TOKEN"')
    passed_on = {"X-Forwarded-For": "203.0.113.5"}
    right = {"Authorization": "Bearer a-long-token", **passed_on}
    assert browser.get("/metrics", headers=right).status_code == 403
    monkeypatch.setenv("DESK_TOKEN", "a-long-token")
    assert figures(browser, **right)
    wrong = {"Authorization": "Bearer a-long-tokem", **passed_on}
    assert browser.get("/health", headers=wrong).status_code == 403


def test_an_error_nobody_foresaw_is_told_with_its_number_and_without_what_it_was_about(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(*_: object, **__: object) -> str:
        raise ValueError("cannot draw 13800138002")

    browser = desk(AGENT)
    monkeypatch.setattr(pages, "page_of_agent", stumble)
    with caplog.at_level(logging.ERROR):
        answer = browser.get("/")
    assert answer.status_code == 500
    assert re.search(r"请把编号 E-[A-Z]{4} 告诉", answer.text)
    assert "8002" not in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert figures(browser)["distress_desk_faults_total",] == 1
    assert len([record for record in caplog.records if record.exc_info]) == 1, "told once"


def test_trouble_with_the_store_is_not_one_of_them(
    desk: Desk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception, "_WRITE_WAIT", 0.1)
    [case_id] = stage(store, 1)
    browser = desk(AGENT)
    with store.write():
        assert browser.post("/claims", {"case": case_id}).status_code == 503
    assert figures(browser)["distress_desk_faults_total",] == 0
