"""Pictures of lists at the desk: each line is ticked or mended beside its strip, then goes in."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from desk_client import Browser, desks
from desk_drive import Desk
from desk_seats import Seat, serving, sitting
from staged_day import AGENT, add_case, reading_of, stage

from monitor.intake.pictures import limits
from monitor.store import Store

LINES = ("N95口罩 500个", "护手霜 40支", "李护士 13800138000")


@pytest.fixture(scope="module")
def drawn(missing: Callable[[str], NoReturn]) -> bytes:
    """A real picture of LINES, for the real reader."""
    try:
        import onnxruntime  # noqa: F401
        import rapidocr  # noqa: F401
        from made_pictures import FONTS, drawn_lines
    except ImportError as error:
        missing(str(error.name))
    return drawn_lines(list(LINES), FONTS["fonts-wqy-zenhei"])


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Iterator[Callable[..., Browser]]:
    yield from desks(store, tmp_path)


@pytest.fixture
def served(store: Store, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    yield from serving(tmp_path)


@pytest.fixture
def sit(chromium: Any) -> Iterator[Callable[..., Seat]]:
    yield from sitting(chromium)


@pytest.fixture
def case_id(store: Store) -> int:
    return add_case(store, "白鹭医院急需面膜", reading_of("白鹭医院急需面膜"))


BYTES = {"Content-Type": "application/octet-stream"}


def send(browser: Browser, case_id: int, content: bytes, **more: str) -> Any:
    return browser.post(f"/pictures?case={case_id}&name=list.png", content, {**BYTES, **more})


def words_taken(store: Store, case_id: int) -> list[str]:
    [case] = store.cases.get([case_id])
    return [need.words.replace(" ", "") for need in case.needs if need.post.source == "picture"]


def test_a_picture_is_read_put_by_and_taken_in_as_it_was_ticked(
    store: Store, desk: Callable[..., Browser], case_id: int, drawn: bytes
) -> None:
    browser = desk(AGENT)
    told = send(browser, case_id, drawn).json()
    assert [line["text"].replace(" ", "") for line in told["lines"]] == [
        line.replace(" ", "") for line in LINES
    ]
    assert all(base64.b64decode(line["strip"])[:2] == b"\xff\xd8" for line in told["lines"])
    assert words_taken(store, case_id) == [], "nothing goes in unseen"
    given = {"case": case_id, "picture": told["picture"], "name": "list.png"}
    taken = browser.post("/pictures/lines", {**given, "lines": ["护手霜 400支"]})
    assert taken.json() == {
        "change": "new",
        "goods": [{"name": "护手霜", "quantity": "400", "unit": "支"}],
    }
    assert words_taken(store, case_id) == ["护手霜400支"]
    [entry] = store.imports.all()
    assert (entry.kind, entry.actor) == ("picture", AGENT)
    raw = json.loads(store.posts.raw(store.imports.posts_of(entry.run_id)[0][0]) or b"")
    assert len(raw["read"]) == 3
    gone = browser.post("/pictures/lines", {**given, "lines": ["护手霜 400支"]})
    assert (gone.status_code, gone.json()["why"]) == (400, "gone")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"words", "file"),
        (b"%PDF-1.7 /Encrypt", "file"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "heic"),
        (b"", "file"),
    ],
    ids=["text", "pdf", "heic", "empty"],
)
def test_what_is_no_picture_is_told(
    store: Store, desk: Callable[..., Browser], case_id: int, content: bytes, why: str
) -> None:
    answer = send(desk(AGENT), case_id, content)
    assert (answer.status_code, answer.json()["why"]) == (400, why)
    assert not store.pictures.folder.exists()


def test_a_larger_body_than_a_picture_s_is_not_read(
    desk: Callable[..., Browser], case_id: int
) -> None:
    assert send(desk(AGENT), case_id, b"\xff\xd8\xff" + bytes(limits.BYTES)).status_code == 413


def test_only_a_page_of_the_session_sends_pictures(
    store: Store, desk: Callable[..., Browser], case_id: int
) -> None:
    assert send(desk(), case_id, b"x").status_code == 401
    browser = desk(AGENT)
    assert send(browser, case_id, b"x", **{"X-CSRF": "wrong"}).status_code == 403
    assert send(browser, case_id, b"x", Origin="http://evil.example").status_code == 403
    assert send(browser, case_id, b"x", **{"Content-Type": "image/png"}).status_code == 415
    assert send(browser, case_id + 7, b"x").status_code == 400


@pytest.mark.parametrize("digest", ["../../distress", "x" * 64, 7, None])
def test_no_file_but_a_picture_that_was_put_by_is_reached(
    desk: Callable[..., Browser], case_id: int, digest: object
) -> None:
    given = {"case": case_id, "picture": digest, "name": "x", "lines": ["护手霜 4支"]}
    answer = desk(AGENT).post("/pictures/lines", given)
    assert (answer.status_code, answer.json()["why"]) == (400, "gone")


def _drop(seat: Seat, drawn: bytes, how: str) -> None:
    """Drop or paste a file onto the page, as a browser tells its scripts."""
    seat.page.evaluate(
        """([bytes, how]) => {
          const held = new DataTransfer();
          const content = Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0));
          held.items.add(new File([content], "list.png", { type: "image/png" }));
          const given = how === "paste" ? { clipboardData: held } : { dataTransfer: held };
          const Kind = how === "paste" ? ClipboardEvent : DragEvent;
          document.body.dispatchEvent(
            new Kind(how, { ...given, bubbles: true, cancelable: true }));
        }""",
        [base64.b64encode(drawn).decode(), how],
    )


def test_each_line_stands_beside_its_strip_to_be_ticked_or_mended(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat], drawn: bytes
) -> None:
    cases = stage(store, 16)
    seat = sit(served(), AGENT)
    seat.open(cases[14])
    with seat.page.expect_file_chooser() as chosen:
        seat.page.click("#picture-offer button")
    chosen.value.set_files({"name": "list.png", "mimeType": "image/png", "buffer": drawn})
    seat.page.wait_for_selector("#picture li img")
    shown = seat.page.eval_on_selector_all(
        "#picture li", "rows => rows.map((row) => row.querySelector('.words').value)"
    )
    assert [line.replace(" ", "") for line in shown] == [line.replace(" ", "") for line in LINES]
    assert seat.page.evaluate(
        "[...document.querySelectorAll('#picture img')].every((one) => one.naturalWidth > 50)"
    )
    assert seat.page.is_disabled("#picture .take"), "nothing is ticked by itself"
    seat.page.check("#picture li:nth-child(1) [type=checkbox]")
    seat.page.fill("#picture li:nth-child(2) .words", "护手霜 400支")
    assert seat.page.inner_text("#picture .take") == "收下 2 行"
    seat.page.click("#picture .take")
    seat.until("document.querySelector('#picture .told').textContent.includes('收下了')")
    assert "护手霜 400支" in seat.page.inner_text("#picture .told")
    assert words_taken(store, cases[14]) == ["N95口罩500个\n护手霜400支"]
    with seat.page.expect_navigation():
        seat.page.click("#picture .away")
    seat.page.wait_for_selector(f"#c{cases[14]}.open")
    assert "N95口罩" in seat.page.inner_text(".case.open")
    assert not seat.troubles


@pytest.mark.parametrize("how", ["drop", pytest.param("paste", marks=pytest.mark.long)])
def test_a_picture_is_dropped_or_pasted_into_the_open_case(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat], drawn: bytes, how: str
) -> None:
    cases = stage(store, 16)
    seat = sit(served(), AGENT)
    seat.open(cases[14])
    _drop(seat, drawn, how)
    seat.page.wait_for_selector("#picture li img")
    seat.page.click("#picture .tick")
    assert seat.page.inner_text("#picture .take") == "收下 3 行"
    seat.page.click("#picture .away")
    assert seat.page.is_hidden("#picture")
    assert words_taken(store, cases[14]) == []
    assert not seat.troubles


def test_the_page_says_why_a_file_is_not_read(
    store: Store, served: Callable[..., Desk], sit: Callable[..., Seat]
) -> None:
    stage(store, 16)
    seat = sit(served(), AGENT)
    _drop(seat, b"\0\0\0\x18ftypheic\0\0\0\0", "drop")
    seat.until("document.querySelector('#picture .told').textContent.includes('HEIC')")
    seat.page.keyboard.press("Escape")
    assert seat.page.is_hidden("#picture")
    assert not seat.troubles
