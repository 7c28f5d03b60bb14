"""Warnings: who may be cheated is called soon, once, and the later the sooner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from monitor.calling.standing import calling_order, standings
from monitor.cli import main
from monitor.errors import DistressError
from monitor.intake import campaigns, warning_events
from monitor.intake.warning_events import Warned
from monitor.route import route
from monitor.settings import Settings
from monitor.store import Store, times

HEADER = "姓名,年龄,手机,事件,时间,是否反应"
NOW = datetime(2026, 2, 12, 4, 0, tzinfo=UTC)  # 12:00 in China
SETTINGS = Settings.model_validate({"agents": [{"name": "云落", "quota": 30}]})


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with Store(tmp_path / "distress.db") as store, times.at(NOW):
        yield store


def taken(store: Store, tmp_path: Path, *rows: str, header: str = HEADER) -> Warned:
    """Return what came of a file with these rows."""
    file = tmp_path / "events.csv"
    file.write_text("\n".join([header, *rows]), encoding="utf-8")
    return warning_events.take_warnings(
        store, file, SETTINGS, actor="青岚", purpose="劝阻", now=NOW
    )


def test_the_rule_opens_a_case_for_who_is_old_enough_and_has_not_reacted(
    opened: Store, tmp_path: Path
) -> None:
    warned = taken(
        opened,
        tmp_path,
        "张三,50,13800130001,向陌生账户转账,2026-02-12 11:00,否",
        "李四,49,13800130002,向陌生账户转账,2026-02-12 11:00,否",
        "王五,71岁,13800130003,下载共享屏幕软件,2026-02-12 11:00,已挂断",
        "赵六,不详,13800130004,转账,2026-02-12 11:00,",
        "钱七,80,无,转账,2026-02-12 11:00,",
    )
    assert warned.cases == 1
    assert [event.reason for event in warned.events] == [
        "", "younger than 50", "has reacted", "no age", "empty",
    ]  # fmt: skip
    [case] = opened.cases.get(opened.cases.open_ids())
    assert case.due_by == datetime(2026, 2, 12, 5, 0, tzinfo=UTC)  # two hours after 11:00
    assert case.needs[0].reading.items == ()


def test_events_of_one_person_are_one_case_also_later_and_no_event_counts_twice(
    opened: Store, tmp_path: Path
) -> None:
    first = "张三,66,13800130001,向陌生账户转账,2026-02-12 11:00,否"
    second = "张三,66,138 0013 0001,下载共享屏幕软件,2026-02-12 11:30,否"
    assert taken(opened, tmp_path, first, second).cases == 1
    again = taken(opened, tmp_path, first, "张三,66,13800130001,又转一笔,2026-02-12 11:50,否")
    assert (again.cases, again.same) == (1, 1)
    [case] = opened.cases.get(opened.cases.open_ids())
    assert len(case.joined) == 3
    assert {joined.reason for joined in case.joined} == {"first", "same contact"}


def test_agents_get_the_warning_due_first_within_their_quota(opened: Store, tmp_path: Path) -> None:
    rows = [f"客户{n},66,1380013{n:04},转账,2026-02-12 11:{59 - n}," for n in range(15)]
    taken(opened, tmp_path, *rows)
    assert route(opened, SETTINGS).assigned == 0  # lists have a quota of their own
    assert campaigns.walk(opened, SETTINGS, now=NOW).given == 10
    assert campaigns.walk(opened, SETTINGS, now=NOW).given == 0
    held = {case for case, agent in opened.cases.agents_of_open().items() if agent}
    due = {case.id: case.due_by for case in opened.cases.get(opened.cases.open_ids())}
    latest_given = max(str(due[one]) for one in held)
    assert all(str(due[one]) > latest_given for one in due.keys() - held)


def test_a_late_one_climbs_above_all_but_agreed_times(opened: Store, tmp_path: Path) -> None:
    taken(
        opened,
        tmp_path,
        "张三,66,13800130001,转账,2026-02-12 11:30,",
        "李四,66,13800130002,转账,2026-02-12 11:00,",
    )
    cases = opened.cases.get(opened.cases.open_ids())

    def order_at(now: datetime) -> list[int]:
        entries = standings(cases, SETTINGS, {}, now)
        return calling_order(entries, now, SETTINGS)

    by_name = {case.needs[0].reading.contacts[0].person: case.id for case in cases}
    early = datetime(2026, 2, 12, 12, 50, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert order_at(early)[0] == by_name["李四"]  # waits longer
    late = early + timedelta(minutes=45)  # 13:35: both are late, 李四 for longer
    assert order_at(late) == [by_name["李四"], by_name["张三"]]
    only_first = early + timedelta(minutes=15)  # 13:05
    assert order_at(only_first)[0] == by_name["李四"]


@pytest.mark.parametrize(
    ("header", "rows", "told"),
    [
        ("姓名,手机", ["张三,13800130001"], "no column tells the age.*姓名, 手机.*--map age="),
        (
            HEADER,
            ["张三,66,13800130001,转账,昨天下午茶,"],
            "row 2, column '时间'.*nothing was taken",
        ),
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_is_taken_in(
    opened: Store, tmp_path: Path, header: str, rows: list[str], told: str
) -> None:
    with pytest.raises(DistressError, match=told) as error:
        taken(opened, tmp_path, *rows, header=header)
    assert "events.csv" in str(error.value)
    assert opened.imports.all() == []


def test_the_command_takes_them_in_and_undo_takes_them_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("distress.toml").write_text('[[agents]]\nname = "云落"\n', "utf-8")
    Path("events.csv").write_text(f"{HEADER}\n张三,66,13800130001,转账,2026-02-12 11:00,", "utf-8")
    Store(tmp_path / "distress.db").close()
    run = CliRunner()
    done = run.invoke(main, ["intake", "warnings", "events.csv", "--by", "青岚"])
    assert done.exit_code == 0 and "import 1: 1 cases" in done.output
    done = run.invoke(main, ["intake", "undo", "1", "--by", "青岚"])
    assert done.exit_code == 0, done.output
    with Store(tmp_path / "distress.db") as store:
        assert store.cases.open_ids() == []
