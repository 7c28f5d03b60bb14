"""A campaign: a broken list is screened, its people are called in rounds, its figures are true."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import contact_lists
import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from monitor import line
from monitor.callback import noted_now, record
from monitor.calling.hours import part_of
from monitor.cli import main
from monitor.digest import campaign_page
from monitor.errors import DistressError, UnknownNameError
from monitor.intake import campaigns, contact_list
from monitor.merge import merge
from monitor.settings import Settings
from monitor.store import Store, times
from monitor.types import Callback, Case, ConfirmedItem, KnownContact

DAY = datetime(2026, 2, 12, 2, 0, tzinfo=UTC)  # 10:00 in Mianyang
PARTS = [timedelta(hours=0), timedelta(hours=4), timedelta(hours=9)]  # 10:00, 14:00, 19:00


def settings_of(*agents: dict[str, Any], **more: Any) -> Settings:
    """Return settings with these agents; ranges of PHS that are off as the lists have them."""
    return Settings.model_validate(
        {
            "agents": agents or ({"name": "云落", "quota": 30},),
            "campaigns": {"dead_phs": ["0816-8"]},
            **more,
        }
    )


def begun(store: Store, file: Path, settings: Settings, name: str = "灾区") -> Any:
    """Return a campaign that was begun with a file."""
    screened = campaigns.screen(store, file, settings)
    return campaigns.begin(
        store, name, screened, settings, file=file.name, actor="青岚", purpose="问平安",
        notice="临时网点在临园路8号",
    )  # fmt: skip


def walked(store: Store, settings: Settings, at: datetime) -> Any:
    """Return what a walk did at a moment."""
    with times.at(at):
        return campaigns.walk(store, settings, now=at)


def list_of(tmp_path: Path, *rows: str, header: str = "姓名,手机,地址") -> Path:
    """Write a list of these rows."""
    file = tmp_path / "contacts.csv"
    file.write_text("\n".join([header, *rows]), encoding="utf-8")
    return file


def called(
    store: Store, case_id: int, disposition: str, at: datetime, number: int = 0, **more: Any
) -> None:
    """Note a call as an agent's page does."""
    [case] = store.cases.get([case_id])
    contact = next(iter(_contacts(case)), None)
    with times.at(at):
        record(
            store,
            Callback(
                id=f"{case_id}-{at.isoformat()}-{number}",
                case_id=case_id,
                agent=case.agent or "云落",
                disposition=disposition,
                attempted_at=at,
                contact=contact,
                **more,
            ),
            origin="test",
        )


def _contacts(case: Case) -> list[KnownContact]:
    return [
        KnownContact(kind=c.kind, value=c.dialled)
        for need in case.needs
        for c in need.reading.contacts
    ]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with Store(tmp_path / "distress.db") as store:
        yield store


def held(store: Store, agent: str = "云落") -> list[int]:
    """Return the open cases of an agent."""
    return [case for case, name in store.cases.agents_of_open().items() if name == agent]


LISTS = [(1_600, 95588), pytest.param(16_000, 20080512, marks=pytest.mark.long)]


@pytest.mark.parametrize(("size", "seed"), LISTS)  # seeds not used while building
def test_broken_records_are_called_as_the_truth_beside_them_says(
    opened: Store, tmp_path: Path, size: int, seed: int
) -> None:
    truths = contact_lists.make(tmp_path / "list.csv", size, seed)
    settings = settings_of({"name": "云落", "quota": 12_000}, {"name": "临江", "quota": 12_000})
    screened = campaigns.screen(opened, tmp_path / "list.csv", settings)
    for record_, truth in zip(screened.records, truths, strict=True):
        told = [contact.value for contact in record_.contacts]
        assert (record_.place, told, record_.reason) == (truth.place, truth.numbers, truth.reason)
    people: dict[int, list[int]] = defaultdict(list)
    for at, truth in enumerate(truths):
        if truth.person is not None:
            people[truth.person].append(at)
    assert [one.records for one in screened.people] == [tuple(at) for at in people.values()]

    campaign = campaigns.begin(
        opened, "灾区", screened, settings, file="list.csv", actor="青岚", purpose="问平安"
    )
    # What will come of each person: in which round somebody answers, 4 for never, and how.
    dice = random.Random(seed)
    ids = [person.id for person in opened.campaigns.people(campaign.id)]
    fate = {
        one: (dice.choice([1, 1, 2, 3, 4, 4, 4]), dice.choice(["notice_given", "declined"]))
        for one in ids
    }
    calls: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for step in range(24):
        at = DAY + timedelta(days=step // 3) + PARTS[step % 3]
        moved = walked(opened, settings, at)
        if not moved.given:
            break
        _call_all(opened, campaign.id, fate, calls, at + timedelta(minutes=30))
    else:
        pytest.fail("the rounds never end")

    for person, (answers_in, how) in fate.items():
        codes = [code for _, code in calls[person]]
        assert codes == ["no_answer"] * min(answers_in - 1, 3) + [how] * (answers_in < 4), person
        parts = {part_of(at, settings.zone, settings.calling)[1] for at, _ in calls[person]}
        assert len(parts) == len(codes), "each round at another part of the day"
    funnel = campaigns.state_of(opened, campaign, settings).funnel
    assert (funnel.records, funnel.people) == (size, len(people))
    assert funnel.dialable == sum(bool(truth.numbers) for truth in truths)
    assert dict(funnel.reasons) == Counter(t.reason for t in truths if t.reason)
    for row in funnel.rows:
        inside = [fate[one] for one in ids if fate[one][0] >= row.round]
        reached = [how for answers_in, how in inside if answers_in == row.round]
        accepted = reached.count("notice_given")
        assert (row.waiting, row.dialled) == (len(inside), len(inside))
        assert (row.reached, row.accepted) == (len(reached), accepted)
    assert funnel.total.reached == sum(row.reached for row in funnel.rows)
    assert opened.cases.open_ids() == []


def _call_all(
    store: Store,
    campaign_id: int,
    fate: dict[int, tuple[int, str]],
    calls: dict[int, list[tuple[datetime, str]]],
    at: datetime,
) -> None:
    """Call everybody whom agents have by now."""
    with times.at(at), store.write():
        for person in store.campaigns.people(campaign_id, waiting=True):
            if person.agent is None or person.case_id is None:
                continue
            answers_in, how = fate[person.id]
            code = how if len(calls[person.id]) + 1 == answers_in else "no_answer"
            calls[person.id].append((at, code))
            callback = Callback(
                id=f"{person.id}-{len(calls[person.id])}",
                case_id=person.case_id,
                agent=person.agent,
                disposition=code,
                attempted_at=at,
                contact=person.contacts[0],
            )
            store.callbacks.add(callback, ends_case=code != "no_answer", origin="test")


def test_agents_get_their_quota_and_never_the_whole_list(opened: Store, tmp_path: Path) -> None:
    contact_lists.make(tmp_path / "list.csv", 400, 7)
    settings = settings_of(
        {"name": "云落", "quota": 30}, {"name": "临江", "quota": 9, "parts": [2]}
    )
    begun(opened, tmp_path / "list.csv", settings)
    assert opened.cases.all_ids() == []
    assert walked(opened, settings, DAY).given == 10
    assert walked(opened, settings, DAY).given == 0  # twice is harmless
    assert walked(opened, settings, DAY + PARTS[1]).given == 19
    assert (len(held(opened)), len(held(opened, "临江"))) == (10, 9)


def test_between_two_rounds_a_case_rests_on_no_page(opened: Store, tmp_path: Path) -> None:
    settings = settings_of()
    begun(opened, list_of(tmp_path, "张三,13800130001,四川省绵阳市"), settings)
    walked(opened, settings, DAY)
    [case_id] = held(opened)
    called(opened, case_id, "no_answer", DAY + timedelta(minutes=5))
    walked(opened, settings, DAY + timedelta(hours=1))
    assert held(opened) == [case_id]  # the morning is not over
    assert walked(opened, settings, DAY + PARTS[1]).given == 1
    assert held(opened) == [case_id]
    called(opened, case_id, "no_answer", DAY + PARTS[1] + timedelta(minutes=5))
    next_day = DAY + timedelta(days=1)
    assert walked(opened, settings, next_day).given == 0  # that part of the day was there
    assert held(opened) == []
    assert walked(opened, settings, next_day + PARTS[2]).given == 1


def test_an_agreed_time_stays_with_the_agent_though_the_rounds_go_on(
    opened: Store, tmp_path: Path
) -> None:
    settings = settings_of()
    begun(opened, list_of(tmp_path, "张三,13800130001,", "李四,13800130002,"), settings)
    walked(opened, settings, DAY)
    first, second = held(opened)
    called(opened, first, "no_answer", DAY + timedelta(minutes=5))
    walked(opened, settings, DAY + PARTS[2])
    # An outcomes file that comes in late: the case rested meanwhile, the promise wakes it.
    again = DAY + timedelta(days=2)
    called(opened, first, "call_later", DAY + timedelta(minutes=9), call_again_at=again)
    with times.at(DAY + PARTS[2]):
        campaigns.change(opened, "灾区", "paused", actor="青岚")
    walked(opened, settings, DAY + PARTS[2])
    assert held(opened) == [first]
    assert second not in opened.cases.open_ids()


def test_pause_takes_back_resume_goes_on_and_an_end_is_one(opened: Store, tmp_path: Path) -> None:
    settings = settings_of()
    begun(opened, list_of(tmp_path, "张三,13800130001,"), settings)
    walked(opened, settings, DAY)
    campaigns.change(opened, "灾区", "paused", actor="青岚")
    assert walked(opened, settings, DAY).taken_back == 1
    assert opened.cases.open_ids() == []
    with pytest.raises(DistressError, match="it is paused already"):
        campaigns.change(opened, "灾区", "paused", actor="青岚")
    campaigns.change(opened, "灾区", "running", actor="青岚")
    assert walked(opened, settings, DAY).given == 1
    campaigns.change(opened, "灾区", "ended", actor="青岚")
    assert walked(opened, settings, DAY + PARTS[1]).given == 0
    with pytest.raises(DistressError, match="it has ended"):
        campaigns.change(opened, "灾区", "running", actor="青岚")
    with pytest.raises(UnknownNameError, match="there are: 灾区"):
        campaigns.change(opened, "灾害", "ended", actor="青岚")


def test_who_is_not_to_be_called_is_left_out_and_stays_so(opened: Store, tmp_path: Path) -> None:
    barred = KnownContact(kind="mobile", value="13800130001")
    opened.marks.add(barred, "barred", actor="组长")
    settings = settings_of()
    file = list_of(tmp_path, "张三,138 0013 0001,", "李四,13800130002/13800130001,")
    screened = campaigns.screen(opened, file, settings)
    assert [record_.reason for record_ in screened.records] == ["do not call", ""]
    assert screened.records[1].detail == "13800130001: do not call"
    begun(opened, file, settings)
    opened.marks.add(KnownContact(kind="mobile", value="13800130002"), "wrong", actor="云落")
    assert walked(opened, settings, DAY).given == 0  # marked since


def test_a_number_of_many_names_is_nobodys_own(opened: Store, tmp_path: Path) -> None:
    rows = [f"客户{name},028-61234567,成都市" for name in "甲乙丙丁戊"]
    file = list_of(tmp_path, *rows, "王五,13800130003,")
    screened = campaigns.screen(opened, file, settings_of())
    assert screened.reasons == {"shared by many": 5}


def test_records_of_one_person_are_one_call_with_a_reason(opened: Store, tmp_path: Path) -> None:
    file = list_of(
        tmp_path,
        "K1,张三,13800130001,",
        "K1,张 三,13800130002,",
        "K2,张三先生,13800130001,",
        "K3,,13800130002,",
        "K4,李四,13800130001,",
        "K5,王五,13800130005,",
        header="客户号,姓名,手机,地址",
    )
    one, other = campaigns.screen(opened, file, settings_of()).people
    assert one.reasons == (
        "first", "same id", "same number and name", "same number, one without a name",
        "same number, other name",
    )  # fmt: skip
    assert [c.value for c in one.contacts] == ["13800130001", "13800130002"]
    assert other.records == (5,)


def test_a_case_of_a_list_merges_by_contact_only(opened: Store, tmp_path: Path) -> None:
    settings = settings_of()
    rows = ["张三,13800130001,四川省绵阳市人民路1号", "张三,13800130002,四川省绵阳市人民路1号"]
    begun(opened, list_of(tmp_path, *rows), settings)
    walked(opened, settings, DAY)
    assert len(held(opened)) == 2
    assert merge(opened, window=settings.merge.window).joined == 0
    begun(opened, list_of(tmp_path, "李四,13800130001,"), settings, name="第二份")
    walked(opened, settings, DAY + timedelta(minutes=1))
    assert len(held(opened)) == 2  # the open case of that number is theirs, too


def test_a_need_heard_on_the_way_becomes_a_case(opened: Store, tmp_path: Path) -> None:
    settings = settings_of()
    file = list_of(tmp_path, *(f"客户{n},1380013000{n},四川省绵阳市" for n in range(3)))
    begun(opened, file, settings)
    walked(opened, settings, DAY)
    first, second, third = held(opened)
    goods = (ConfirmedItem(name="帐篷", quantity="2", unit="顶"),)
    called(opened, first, "need_confirmed", DAY + timedelta(minutes=1), items=goods)
    note = "平安。说绵阳市第三人民医院急需N95口罩200只，联系王护士13900139000"
    called(opened, second, "notice_given", DAY + timedelta(minutes=2), note=note)
    called(opened, third, "notice_given", DAY + timedelta(minutes=3), note="都平安，谢谢")
    assert walked(opened, settings, DAY + timedelta(minutes=9)).heard == 2
    [case] = opened.cases.get([first])
    assert [item.name for need in case.needs for item in need.reading.items] == ["帐篷"]
    [heard] = opened.cases.get(opened.cases.open_ids())
    assert heard.needs[0].post.source == "relay"
    assert {c.value for c in heard.needs[0].reading.contacts} == {"13900139000"}
    assert "N95口罩" in [item.name for item in heard.needs[0].reading.items]
    assert walked(opened, settings, DAY + timedelta(minutes=9)).heard == 0


def test_taken_back_and_forgotten_a_list_leaves_counts(opened: Store, tmp_path: Path) -> None:
    settings = settings_of()
    campaign = begun(opened, list_of(tmp_path, "张三,13800130001,", "李四,无,"), settings)
    walked(opened, settings, DAY)
    called(opened, held(opened)[0], "notice_given", DAY + timedelta(minutes=1))
    opened.imports.forget(campaign.run_id)
    assert all(not one.cells for one in opened.campaigns.records(campaign.id))
    kept = opened.connection.db.execute("SELECT group_concat(text) FROM posts").fetchone()[0]
    assert "张三" not in kept
    state = campaigns.state_of(opened, campaigns.named(opened, "灾区"), settings)
    assert (state.funnel.records, state.funnel.total.reached) == (2, 1)
    assert state.campaign.state == "ended"


def test_a_workbook_goes_in_like_a_text(opened: Store, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["姓名", "联系电话", "住址"])
    book.active.append(["张三", 13800130001, "四川省绵阳市"])
    book.active.append(["李四", "2345678", "四川省绵阳市"])
    book.save(tmp_path / "list.xlsx")
    screened = campaigns.screen(opened, tmp_path / "list.xlsx", settings_of())
    told = [[c.value for c in one.contacts] for one in screened.records]
    assert told == [["13800130001"], ["0816-2345678"]]


def test_columns_are_named_or_told_by_the_header(tmp_path: Path) -> None:
    given = contact_list.given_columns(["number=a, b", "name=c"])
    assert given == contact_list.Columns(name=("c",), number=("a", "b"))
    file = list_of(tmp_path, "1,2", header="甲,乙")
    with pytest.raises(DistressError, match="no column is one of numbers.*甲, 乙.*--map number="):
        contact_list.read_list(file)
    with pytest.raises(DistressError, match="no column 'x'; there are: 甲, 乙"):
        contact_list.read_list(file, contact_list.Columns(number=("x",)))
    with pytest.raises(UnknownNameError, match="no field 'phone'"):
        contact_list.given_columns(["phone=a"])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no rows"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "with a password"),
        ("姓名,手机\n".encode(), "no rows"),
        (b"%PDF-1.4", "a PDF"),
    ],
)
def test_a_file_that_is_no_list_is_told_and_nothing_is_kept(
    opened: Store, tmp_path: Path, content: bytes, told: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    with pytest.raises(DistressError, match=told) as error:
        campaigns.screen(opened, file, settings_of())
    assert "bad.csv" in str(error.value)
    assert opened.campaigns.all() == []


def test_the_tables_are_safe_to_open_and_keep_each_row(opened: Store, tmp_path: Path) -> None:
    file = list_of(tmp_path, "=cmd(),13800130001,+1", '"@a","无","=2+3"', "x,y,z,zz,zzz")
    screened = campaigns.screen(opened, file, settings_of())
    out = list(csv.DictReader(io.StringIO(campaigns.screened_out_csv(screened))))
    assert [(one["row"], one["reason"]) for one in out] == [("3", "empty"), ("4", "broken row")]
    text = campaigns.screened_out_csv(screened) + campaigns.dialable_csv(screened)
    for cell in (cell for row in csv.reader(io.StringIO(text)) for cell in row):
        assert not cell.startswith(("=", "+", "@", "-"))


def test_the_commands_walk_a_campaign_from_list_to_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("distress.toml").write_text('[[agents]]\nname = "云落"\nquota = 30\n', "utf-8")
    list_of(tmp_path, "张三,13800130001,", "李四,无,")
    Store(tmp_path / "distress.db").close()
    run = CliRunner()

    def told(*words: str, ok: bool = True) -> str:
        done = run.invoke(main, list(words))
        assert (done.exit_code == 0) is ok, done.output
        return done.output

    assert "no campaign yet" in told("campaign", "list")
    assert "nothing was kept" in told("campaign", "new", "灾区", "contacts.csv", "--dry-run")
    new = ("campaign", "new", "灾区", "contacts.csv", "--by", "青岚", "--dialable", "d.csv")
    assert "left out: empty" in told(*new)
    assert "there is a campaign '灾区' already" in told(*new, ok=False)
    assert Path("d.csv").stat().st_mode & 0o777 == 0o600
    with Store(tmp_path / "distress.db") as store:
        line.show_new(settings_of({"name": "云落"}).model_copy())
        assert store.campaigns.all()[0].state == "running"
    assert "1 of 3" in told("campaign", "list")
    assert "50.00" in told("campaign", "report", "灾区", "--csv")
    assert "wrote r.html" in told("campaign", "report", "灾区", "--page", "r.html")
    assert "灾区" in Path("r.html").read_text("utf-8")
    assert "is paused" in told("campaign", "pause", "灾区", "--by", "青岚")
    assert "is running" in told("campaign", "resume", "灾区", "--by", "青岚")
    assert "is ended" in told("campaign", "end", "灾区", "--by", "青岚")


def test_the_csv_of_a_report_names_every_denominator(opened: Store, tmp_path: Path) -> None:
    settings = settings_of()
    campaign = begun(opened, list_of(tmp_path, "张三,13800130001,", "李四,无,"), settings)
    walked(opened, settings, DAY)
    called(opened, held(opened)[0], "notice_given", DAY + timedelta(minutes=1))
    funnel = campaigns.state_of(opened, campaign, settings).funnel
    rows = list(csv.DictReader(io.StringIO(campaign_page.as_csv(funnel))))
    by_key = {(row["round"], row["stage"]): row for row in rows}
    assert by_key["all", "accepted"]["of"] == "reached"
    assert by_key["all", "reached"]["of"] == "dialled"
    assert by_key["1", "dialled"]["of"] == "to dial"
    assert by_key["all", "dialable"]["percent"] == "50.00"


def test_noted_by_the_terminal_a_call_counts_as_well(opened: Store, tmp_path: Path) -> None:
    settings = settings_of()
    campaign = begun(opened, list_of(tmp_path, "张三,13800130001,"), settings)
    campaigns.walk(opened, settings, now=datetime.now(UTC))
    [case_id] = held(opened)
    record(
        opened,
        noted_now(case_id=case_id, agent="云落", disposition="declined"),
        origin="terminal",
    )
    total = campaigns.state_of(opened, campaign, settings).funnel.total
    assert (total.dialled, total.reached, total.accepted) == (1, 1, 0)
