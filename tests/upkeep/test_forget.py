"""Forgetting: what was asked for is nowhere in any form, counts stay, and nothing comes back."""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from desk_folder import Folder, outcome
from searched import places_of
from staged_day import add_case, call, reading_of

from classifiers.need import Reading
from monitor import settings
from monitor.desk.claims import claim
from monitor.errors import StoreError
from monitor.flag import posts as flagging
from monitor.seal import opened
from monitor.store import Store
from monitor.store.desk import Session
from monitor.store.targets import Target, Targets
from monitor.types import ConfirmedItem, StoredPost
from monitor.upkeep.forget import forget
from spiders.base.post import Post, SetAside
from spiders.base.trouble import Trouble

NUMBER, NAME, WECHAT = "13800138007", "护士小禾苗", "xiaohemiao_07"
WORDS = f"急需护手霜40支，联系 138-0013-8007，微信 {WECHAT}"
LINK = "https://example.org/post/740017"


def post(**fields: object) -> Post:
    made = {
        "source_id": "740017",
        "text": WORDS,
        "author": NAME,
        "author_id": "5550017",
        "url": LINK,
    }
    raw = json.dumps({**made, **fields}).encode()
    return Post(**{**made, "raw": raw, **fields})  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A desk that met one author and her number in every place where words are kept."""
    folder = Folder(tmp_path)
    with folder.store() as store:
        case = _case(store, post())
        _case(store, post(source_id="740018", author="别人", author_id="6", url=None,
                          text=f"转 @{NAME}：急需护手霜40支 １３８００１３８００７"))  # fmt: skip
        relay = Post(source_id="740019", text="//@路人: 扩散", reposted_text=WORDS,
                     reposted_author=NAME, author="路人", raw=b"{}")  # fmt: skip
        store.posts.save("day", [post(text=f"{WORDS} 补充"), relay], run_id=None)
        call(
            store, case, "no_answer", contact=("mobile", NUMBER), note=f"{NAME} 138 0013 8007 占线"
        )
        call(store, case, "passed_on", hours_ago=0.5, contact=("mobile", NUMBER),
             new_contact=("wechat", WECHAT))  # fmt: skip
        call(store, case, "do_not_call", hours_ago=0.2, contact=("mobile", NUMBER))
        store.posts.set_aside("day", SetAside(place="7", reason="x", excerpt=WORDS), run_id=None)
        answer = json.dumps({"posts": [WORDS, NAME]}).encode()
        store.answers.keep(
            "day", Trouble(outcome="changed", message="x", answer=answer), run_id=None
        )
        wide = Trouble(
            outcome="changed", message="x", answer=f"{NAME} {NUMBER}".encode("utf-16-le")
        )
        store.answers.keep("day", wide, run_id=None)
        index = "CREATE VIRTUAL TABLE words USING fts5(text, content='posts', content_rowid='id')"
        store.connection.db.execute(index)
        with store.write():
            store.connection.db.execute("INSERT INTO words (words) VALUES ('rebuild')")
    folder.add("13800138001")
    folder.run("digest")
    folder.run("status", "--answer", "day", exit_code=None)
    return folder


def _case(store: Store, made: Post) -> int:
    store.posts.save("day", [made], run_id=None)
    [[stored]] = list(store.posts.unread())
    reading = reading_of(made.text, goods=[("护手霜", "40", "支")])
    store.posts.mark_read(stored, reading, "test")
    need = store.needs.add(stored, reading)
    assert need
    contact = {"need_id": need, "kind": "mobile", "value": NUMBER, "text": "138-0013-8007",
               "start": 0, "end": 1}  # fmt: skip
    store.connection.db.table("contacts").insert(contact)
    case = store.cases.open(need)
    store.cases.assign(case, "云落", "test")
    return case


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def forget_all(folder: Folder) -> str:
    (folder.path / "people.txt").write_text("", "utf-8")
    said = ""
    for kind, words in (("author", NAME), ("number", NUMBER), ("number", WECHAT)):
        said += folder.run("forget", kind, words, "--reason", "本人要求", "--yes").output
    return said


def test_the_search_finds_what_it_is_to_find(folder: Folder) -> None:
    folder.run("supplies", "--xlsx", folder.path / "goods.xlsx")
    for words in (NUMBER, NAME, WECHAT):
        places = places_of(words, folder.path)
        assert any(place.startswith("distress.db") for place in places)
        assert any(place.endswith(".html") for place in places)
        assert any(place.startswith("answer-day") for place in places) or words == WECHAT


def test_nothing_of_a_person_is_left_in_any_file_in_any_form(folder: Folder) -> None:
    assert "1380013" not in folder.run("search", "占线").output
    with folder.store() as reader:  # a connection of another process, such as the desk's
        assert reader.posts.count() == 4
    said = forget_all(folder)
    log = folder.path / "run.log"
    log.write_text(said + folder.run("-v", "audit").output, "utf-8")
    for words in (NUMBER, NAME, WECHAT, "740017", "5550017", " ".join(NUMBER), " ".join(NAME)):
        assert places_of(words, folder.path) == []
    assert list(folder.path.glob("answer-day*")) == []


def test_words_in_a_workbook_on_the_register_go_with_it(folder: Folder) -> None:
    with folder.store() as store:
        store.connection.db.execute("UPDATE cases SET closed = 0")
        need = [("护手霜", "40", "支")]
        text = "急需护手霜40支"
        case = add_case(store, text, reading_of(text, goods=need, facility=None), author="别人")
        goods = [ConfirmedItem(name=f"护手霜（交给{NAME} {NUMBER}）", quantity="40", unit="支")]
        call(store, case, "need_confirmed", items=goods)
    file = folder.path / "goods.xlsx"
    folder.run("supplies", "--xlsx", file, "--numbers")
    assert "goods.xlsx/xl/sharedStrings.xml" in places_of(NUMBER, folder.path)
    forget_all(folder)
    assert not file.exists()
    assert places_of(NUMBER, folder.path) == []
    assert "护手霜（交给" in folder.run("supplies", "--csv").output


def test_counts_stay_and_open_cases_lose_the_post(folder: Folder) -> None:
    with folder.store() as store:
        before = (store.posts.count(), len(store.cases.all_ids()))
        calls = [case.callbacks for case in store.cases.get([1])]
    forget_all(folder)
    with folder.store() as store, closing(sqlite3.connect(store.path)) as db:
        assert (store.posts.count(), len(store.cases.all_ids())) == before
        assert store.cases.open_ids() == [3]
        [case] = store.cases.get([1])
        assert [c.disposition for c in case.callbacks] == [c.disposition for c in calls[0]]
        assert all(c.contact is None and c.new_contact is None for c in case.callbacks)
        assert db.execute("SELECT count(*) FROM items WHERE name = '护手霜'").fetchone() == (3,)
        assert db.execute("SELECT sum(flagged) FROM readings").fetchone() == (3,)
        assert list(store.posts.unread()) == []
    folder.run("digest")
    folder.run("case", "show", "1", "--numbers")


def test_the_next_crawl_an_old_file_and_an_agent_bring_nothing_back(folder: Folder) -> None:
    forget_all(folder)
    again = [post(), post(source_id="new", author="新人", author_id=None),
             post(source_id="other", author_id="5550017", author="改了名", text="没有号码"),
             post(source_id="at", author="x", author_id=None, text=f"谢谢@{NAME}，辛苦"),
             post(source_id="fine", author="x", author_id=None, url=None, text="急需口罩"),
    ]  # fmt: skip
    with folder.store() as store:
        saved = store.posts.save("day", again, run_id=None)
        assert (saved.new, saved.known) == (1, 4)
        store.posts.set_aside("day", SetAside(place="8", reason="x", excerpt=WORDS), run_id=None)
        trouble = Trouble(outcome="changed", message="x", answer=json.dumps([WORDS]).encode())
        store.answers.keep("day", trouble, run_id=None)
    file = folder.save(
        outcome(
            "a",
            case=3,
            note=f"改打 {NUMBER}",
            disposition="passed_on",
            new_contact={"kind": "mobile", "value": NUMBER},
            new_kind="mobile",
        )
    )
    folder.run("callback", "import", file, exit_code=None)
    file.unlink()
    assert places_of(NUMBER, folder.path) == []
    assert places_of(NAME, folder.path) == []


def test_a_real_crawl_of_the_same_file_stores_none_of_it(folder: Folder) -> None:
    rows = [{"id": "740017", "text": WORDS, "author": NAME}, {"id": "8", "text": "急需口罩"}]
    forget_all(folder)
    file = folder.path / "posts.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    folder.run("crawl")
    file.unlink()
    with folder.store() as store:
        assert [p.text for batch in store.posts.unread() for p in batch] == ["急需口罩"]
    assert places_of(NUMBER, folder.path) == []


def test_a_landline_that_only_its_town_tells_goes_when_it_is_read(folder: Folder) -> None:
    folder.run("forget", "number", "027-85720017", "--reason", "x", "--yes")
    text = "武汉市第一医院急需N95口罩500个，联系电话85720017，求助"
    with folder.store() as store:
        store.posts.save("day", [Post(source_id="w", text=text)], run_id=None)
    folder.run("flag")
    with folder.store() as store:
        assert store.cases.open_ids() == [2, 3]
    assert places_of("85720017", folder.path) == []


def test_the_key_is_for_its_owner_alone_and_tells_nobody(folder: Folder) -> None:
    forget_all(folder)
    key = folder.path / "distress.db.forgotten"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.rename(folder.path / "away")
    with folder.store() as store, pytest.raises(StoreError, match="the key .* is missing.*restore"):
        store.posts.save("day", [post()], run_id=None)


def test_a_store_put_back_by_hand_is_cleaned_by_one_command(folder: Folder) -> None:
    with folder.store() as store:
        store.connection.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    old = (folder.path / "distress.db").read_bytes()
    forget_all(folder)
    for file in folder.path.glob("distress.db-*"):
        file.unlink()
    (folder.path / "distress.db").write_bytes(old)
    assert places_of(NUMBER, folder.path)
    assert "forgotten" in folder.run("forget", "again").output
    for words in (NUMBER, NAME, WECHAT):
        assert places_of(words, folder.path) == []
    assert "nothing" in folder.run("forget", "again").output


def test_one_post_goes_and_the_others_of_its_author_stay(folder: Folder) -> None:
    with folder.store() as store:
        store.posts.save(
            "day", [post(source_id="later9", text="收到了，谢谢", url=None)], run_id=None
        )
    folder.run("forget", "post", LINK, "--reason", "作者要求", "--yes")
    with folder.store() as store:
        [kept] = [p for batch in store.posts.unread() for p in batch if p.author == NAME]
        assert kept.text == "收到了，谢谢"
        assert store.posts.save("day", [post()], run_id=None).known == 1
    assert places_of(LINK, folder.path) == []
    assert (
        "no post with this"
        in folder.run("forget", "post", "nowhere", "--reason", "x", "--yes", exit_code=1).output
    )


def test_a_list_goes_whole_or_not_at_all(folder: Folder) -> None:
    people = folder.path / "people.txt"
    people.write_text(f"# 到期\nauthor {NAME}\nnumber {NUMBER}\nphone 1\n", "utf-8")
    said = folder.run("forget", "list", people, "--reason", "x", "--yes", exit_code=1).output
    assert "line 4" in said and "author, number or post" in said
    assert places_of(NAME, folder.path / "digest")
    people.write_text(f"author {NAME}\nnumber {NUMBER}\nnumber {WECHAT}", "utf-8")
    folder.run("forget", "list", people, "--reason", "x", "--yes")
    people.unlink()
    for words in (NUMBER, NAME, WECHAT):
        assert places_of(words, folder.path) == []


@pytest.mark.parametrize("number", ["110", "120", "12345"])
def test_a_service_for_all_is_not_forgotten(folder: Folder, number: str) -> None:
    said = folder.run("forget", "number", number, "--reason", "x", "--yes", exit_code=1).output
    assert "emergency or public service" in said


def test_without_yes_it_says_what_would_go_and_asks(folder: Folder) -> None:
    said = folder.run("forget", "number", NUMBER, "--reason", "x", exit_code=1).output
    assert "the words of 3 posts (3 of others, which name it)" in said
    said = folder.run("forget", "author", NAME, "--reason", "x", exit_code=1).output
    assert "the words of 3 posts (1 of others, which name it)" in said
    assert "go on?" in said
    assert places_of(NUMBER, folder.path)


def test_who_exported_opened_and_forgot_is_on_record(folder: Folder) -> None:
    folder.run("supplies", "--xlsx", folder.path / "goods.xlsx", "--numbers")
    folder.run("case", "show", "3", "--numbers")
    folder.run("case", "show", "3")
    folder.run("contact", "show", "13800138001", "--numbers")
    folder.run("forget", "number", NUMBER, "--reason", f"{NUMBER} 来电", "--by", "青岚", "--yes")
    with folder.store() as store:
        acts = store.audit.since(datetime(2000, 1, 1, tzinfo=UTC))
    assert [one.act for one in acts][-4:] == ["exported", "opened", "opened", "forgot"]
    assert acts[-1].actor == "青岚" and "〔号码〕 来电" in acts[-1].what
    assert acts[-4].file == folder.path / "goods.xlsx" and "in full" in acts[-4].what
    said = folder.run("audit").output
    assert "goods.xlsx" in said and "case 3" in said and NUMBER not in said


def test_a_short_name_is_no_word_of_others(store: Store, tmp_path: Path) -> None:
    posts = [Post(source_id="1", text="你好", author="小雨"), Post(source_id="2", text="今天小雨"),
             Post(source_id="3", text="谢谢@小雨 辛苦"),
             Post(source_id="4", text="@小雨点 你好")]  # fmt: skip
    store.posts.save("day", posts, run_id=None)
    done = forget(store, tmp_path / "digest", [Target("author", "小雨")], actor="x", reason="y")
    assert done.posts == 2
    left = [p.text for batch in store.posts.unread() for p in batch]
    assert left == ["今天小雨", "@小雨点 你好"]


@pytest.mark.parametrize(
    "text", ["138 0013 8007", "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣7️⃣", "幺三八洞洞幺三八洞洞七", "+8613800138007",
             "１３８００１３８００７", "138&nbsp;0013&nbsp;8007", "\\u0031380013\\u0038007",
             "1390013900013800138007"]
)  # fmt: skip
def test_a_number_is_found_in_every_spelling(text: str) -> None:
    assert Targets([Target("number", NUMBER)]).named_in(f"打{text}，谢谢")
    assert not Targets([Target("number", "13800138006")]).named_in(f"打{text}，谢谢")


def test_a_page_under_a_passphrase_goes_unread_and_is_written_anew(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YUNLUO_WORDS", "four words by chance")
    toml = folder.path / "distress.toml"
    named = 'name = "云落"'
    toml.write_text(toml.read_text("utf-8").replace(named, f'{named}\npassphrase = "YUNLUO_WORDS"'))
    folder.run("digest")
    [page] = (folder.path / "digest").rglob("云落.html")
    sealed = json.loads(page.read_text("utf-8").split('id="sealed">')[1].split("</script>")[0])
    assert "138 0013 8007" in opened(sealed, "four words by chance")
    folder.run("forget", "number", NUMBER, "--reason", "x", "--yes")
    again = json.loads(page.read_text("utf-8").split('id="sealed">')[1].split("</script>")[0])
    assert "138 0013 8007" not in opened(again, "four words by chance")


def test_a_post_that_is_forgotten_while_it_is_read_makes_no_need(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.posts.save("day", [post()], run_id=None)

    def forgotten_meanwhile(read: StoredPost) -> tuple[Reading, None]:
        with Store(store.path) as other:
            other.forgetting.wipe([read.id], whole=True)
        return reading_of(read.text, goods=[("护手霜", "40", "支")]), None

    monkeypatch.setattr(flagging, "_read", forgotten_meanwhile)
    assert flagging.flag(store).needs == 0
    assert store.needs.without_case() == []
    assert store.forgetting.clean()
    assert places_of(WECHAT, store.path.parent) == []


def test_a_case_that_an_agent_opens_at_the_desk_is_audited_once_a_shift(folder: Folder) -> None:
    loaded = settings.load(folder.path / "distress.toml")
    now = datetime.now(UTC)
    session = Session(
        hash="h", agent="云落", csrf="c", made_at=now, expires_at=now + timedelta(hours=1)
    )
    with folder.store() as store:
        for _ in range(3):
            claim(store, loaded, session, 3)
        opened_cases = [one for one in store.audit.since(now - timedelta(1)) if one.act == "opened"]
    assert [(one.actor, one.what) for one in opened_cases] == [("云落", "case 3")]


def test_what_a_post_of_another_door_has_beside_it_goes_with_it(
    store: Store, tmp_path: Path
) -> None:
    store.posts.save("picture", [post()], run_id=None)
    [row] = store.connection.db.query("SELECT id FROM posts")
    store.pictures.keep(row["id"], b"\x89PNG", digest="a" * 64, kind="png", name=f"{NAME}.png")
    [kept] = store.pictures.of_posts([row["id"]]).values()
    with store.write():
        store.connection.db.execute(
            "INSERT INTO held_contacts (post_id, kind, value, person, key_kind, key) "
            "VALUES (?, 'mobile', ?, ?, 'number', ?)",
            [row["id"], NUMBER, NAME, NUMBER],
        )
    targets = [Target(kind="author", value=NAME), Target(kind="number", value=NUMBER)]
    forget(store, tmp_path / "digest", targets, actor="青岚", reason="x")
    assert not (store.pictures.folder / kept.file).exists()
    assert store.pictures.of_posts([row["id"]]) == {}
    assert store.connection.db["held_contacts"].count == 0


def test_a_page_that_a_killed_process_left_half_written_goes_as_well(folder: Folder) -> None:
    [page] = (folder.path / "digest").glob("*/云落.html")
    left = page.with_name(f".{page.name}.{2**22 + 7}.part")
    page.replace(left)
    folder.run("forget", "number", NUMBER, "--reason", "本人要求", "--yes")
    assert not left.exists() and not places_of(NUMBER, folder.path)
