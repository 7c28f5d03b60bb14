"""The demonstration is a desk in the midst of its day, at any hour, and tells the next commands."""

from __future__ import annotations

import json
import re
import shlex
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from agent_page import AgentPage
from click.testing import CliRunner
from documents import read
from playwright.sync_api import Browser

import data
from monitor import settings
from monitor.calling.standing import standings
from monitor.cli import main
from monitor.digest.day import Day, read_day
from monitor.store import Store
from monitor.supply.progress import progress

READMES = ("README.md", "README.zh-CN.md")
NIGHT = datetime.fromisoformat("2027-03-11T03:00:00+08:00")
_ATTACK = re.compile(r"<script|onerror|HYPERLINK|[\u202a-\u202e]", re.I)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A demonstration in English made at three in the night, with what it printed."""
    folder = tmp_path_factory.mktemp("night") / "desk"
    with time_machine.travel(NIGHT, tick=True):
        done = CliRunner().invoke(
            main, ["demo", "--language", "en", str(folder)], catch_exceptions=False
        )
    assert done.exit_code == 0, done.output
    return folder, done.output


@pytest.fixture(scope="module")
def demo(made: tuple[Path, str]) -> Path:
    """A folder in which `distress demo` has run."""
    assert Path(re.findall(r"^open (.+)$", made[1], re.M)[-1]).is_file()
    return made[0]


@pytest.fixture
def demo_store(demo: Path) -> Iterator[sqlite3.Connection]:
    """The demo's store, opened as an analyst does: read-only."""
    connection = sqlite3.connect(f"{(demo / 'distress.db').as_uri()}?mode=ro", uri=True)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def day(made: tuple[Path, str]) -> Day:
    loaded = settings.load(made[0] / "demo.toml")
    with Store(loaded.store_path) as store:
        return read_day(store, loaded, now=NIGHT)


def test_at_three_in_the_night_calls_are_due(day: Day) -> None:
    cases = [one.case for one in day.standings]
    with Store(day.settings.store_path) as store:
        marks = store.marks.standing(NIGHT)
    at_now = standings(cases, day.settings, marks, NIGHT)
    due = [one for one in at_now if one.proposal.action == "call" and one.proposal.at <= NIGHT]
    assert len(due) >= 5
    assert any(one.proposal.reason == "agreed" for one in due)


def test_two_weeks_stand_in_every_chart(day: Day) -> None:
    for field in ("posts", "needs", "cases", "called", "reached", "confirmed"):
        counts = [getattr(one, field) for one in day.figures]
        assert sum(count > 0 for count in counts) >= 13, field
    assert sum(one.supplied for one in day.figures) >= 10
    assert {call.agent for one in day.standings for call in one.case.callbacks} >= {
        agent.name for agent in day.settings.agents
    }


def test_goods_are_in_every_state(day: Day) -> None:
    states = [progress(line) for line in day.lines]
    assert {line.status for line in day.lines} >= {
        "requested",
        "committed",
        "in transit",
        "received",
    }
    assert any(state.is_done for state in states)
    assert any(state.is_withdrawn for state in states)
    assert any(state.stages[-1].amount and not state.is_done for state in states), "a part"


def test_what_a_desk_meets_is_there(day: Day) -> None:
    views = day.views.values()
    assert day.suggestions, "two cases that may be one"
    assert {"bereaved", "in_distress"} <= {view.quiet for view in views}
    assert any(goods.state == "part" for view in views for goods in view.goods), "an update"
    assert [view for view in views if view.level == "critical" and not view.callbacks]


def test_the_english_pages_name_goods_and_places_in_english(made: tuple[Path, str]) -> None:
    [index] = made[0].glob("digest/*/index.html")
    page = (index.parent / "云落.html").read_text(encoding="utf-8")
    facts = re.findall(r'data-goods="([^"]+)" data-place="([^"]*)"', page)
    assert facts
    assert not [fact for fact in facts if re.search("[\u4e00-\u9fff]", "".join(fact))]
    assert "hand cream" in page and ", Hubei" in page
    wanted = index.read_text(encoding="utf-8").partition("Most needed")[2][:3000]
    assert "protective suits" in wanted


def test_the_commands_printed_take_in_what_the_page_saves(
    made: tuple[Path, str],
    chromium: Browser,
    tmp_path: Path,
) -> None:
    folder, printed = made
    commands = [line.strip() for line in printed.splitlines() if "--config" in line]
    words = [shlex.split(line) for line in commands]
    told = [line[line.index("--config") :] for line in words]
    assert [Path(line[1]) for line in told] == [folder / "demo.toml"] * len(told)
    [page] = folder.glob("digest/*/云落.html")
    with time_machine.travel(NIGHT, tick=True):
        agent = AgentPage(chromium, page, now=NIGHT)
        agent.page.locator(".row", has_text="黄石铜镜山医院").click()
        agent.tick("protective suits")
        agent.note(agent.current(), "need_confirmed")
        saved = agent.save_file(tmp_path)
        [outcome] = json.loads(saved.read_text("utf-8"))["outcomes"]
        assert [(item["name"], item["unit"]) for item in outcome["items"]] == [("防护服", "套")]
        [import_words] = [line for line in told if "import" in line]
        assert import_words[-1] == f"~/Downloads/{saved.name}"
        done = CliRunner().invoke(main, [*import_words[:-1], str(saved)], catch_exceptions=False)
        assert "1 outcomes added" in done.output, done.output
        agent.close()
        [digest] = [line for line in told if line[-1] == "digest"]
        done = CliRunner().invoke(main, digest, catch_exceptions=False)
        assert done.exit_code == 0, done.output


def test_no_post_of_it_attacks_and_nobody_in_it_is_real() -> None:
    posts = [
        *data.read_json_lines("samples/demo.jsonl"),
        *data.read_json_lines("samples/demo_past.jsonl"),
    ]
    for post in posts:
        assert not _ATTACK.search(json.dumps(post, ensure_ascii=False)), post["id"]
        assert all(
            number.startswith("1380013") for number in re.findall(r"1\d{10}", post["text"])
        ), post["id"]


@pytest.mark.parametrize("document", [*READMES, "docs/data.md"])
def test_the_queries_in_command_lines_run_and_answer(
    document: str, demo_store: sqlite3.Connection
) -> None:
    queries = re.findall(r'^sqlite3 -.*?"(SELECT[^"]+)"', read(document), re.M)
    assert queries
    for query in queries:
        assert demo_store.execute(query).fetchall(), query


def test_every_table_of_the_store_is_described(demo_store: sqlite3.Connection) -> None:
    tables = demo_store.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "AND name NOT LIKE '%\\_words\\_%' ESCAPE '\\'"  # SQLite's own, of what is searched
    )
    described = set(re.findall(r"^\| `(\w+)` \|", read("docs/data.md"), re.M))
    assert {name for (name,) in tables} == described


def test_the_columns_told_of_each_table_exist(demo_store: sqlite3.Connection) -> None:
    for name, columns in re.findall(
        r"^\| `(\w+)` \| [^|]+ \| (.+) \|$", read("docs/data.md"), re.M
    ):
        known = {row[1] for row in demo_store.execute(f"PRAGMA table_info({name})")}
        assert set(re.findall(r"`(\w+)`", columns)) <= known, name


def test_the_demo_shows_many_cases_of_three_agents(demo: Path) -> None:
    loaded = settings.load(demo / "demo.toml")
    assert len(loaded.agents) == 3
    listed = CliRunner().invoke(
        main, ["--config", str(demo / "demo.toml"), "case", "list"], env={"COLUMNS": "200"}
    )
    opened = re.findall(r"^\d+ ", listed.output, re.M)
    assert len(opened) >= 15
    pages = {page.name for page in demo.glob("digest/*/*.html")}
    assert {f"{agent.name}.html" for agent in loaded.agents} <= pages


def test_posts_of_the_demo_are_whole_and_of_one_day() -> None:
    posts = list(data.read_json_lines("samples/demo.jsonl"))
    assert len({post["id"] for post in posts}) == len(posts) >= 140
    assert {post["created_at"][:10] for post in posts} == {"2020-02-12"}
    assert all(post["url"].startswith("https://example.org/") for post in posts)
