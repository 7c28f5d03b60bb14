"""Calls and notes: a second call of a team finds its case, and a number held back stays back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import Result
from sheets import desk, everything, open_cases, run, take_in, workbook

from monitor.store import Store
from spiders.base.post import Post

WARD = "晴川市紫荆医院ICU"


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = desk(tmp_path)
    file.write_text(file.read_text(encoding="utf-8") + '[[agents]]\nname = "云落"\n', "utf-8")
    return file


def tell(settings: Path, kind: str, words: str, *options: str, facility: str = WARD) -> Result:
    """Take in a call of which everything is given as an option."""
    return run(
        settings, "intake", kind, "--by", "云落", "--caller", "李护士", "--facility", facility,
        "--words", words, *options,
    )  # fmt: skip


def file_of(settings: Path) -> bytes:
    """Return all bytes of the store."""
    folder = settings.parent
    return b"".join(path.read_bytes() for path in sorted(folder.glob("distress.db*")))


def test_a_call_becomes_a_case_of_the_ward_itself(settings: Path) -> None:
    done = tell(settings, "hotline", "缺N95口罩500个，急", "--number", "13800138000", "--pass-on")
    assert done.exit_code == 0, done.output
    assert "case 1, a new case; goods: N95口罩500" in done.output
    [case] = open_cases(settings)
    [need] = case.needs
    assert need.reading.voice == "firsthand"
    assert need.post.author == "李护士"
    assert need.post.text == f"{WARD}\n缺N95口罩500个，急\n联系人：李护士 13800138000"
    [contact] = need.reading.contacts
    assert (contact.value, contact.person, contact.role) == ("13800138000", "李", "护士")


def test_a_number_that_may_not_be_passed_on_is_on_no_card_and_finds_its_case(
    settings: Path,
) -> None:
    tell(settings, "hotline", "缺N95口罩", "--number", "13800138000", "--hold")
    [case] = open_cases(settings)
    assert "13800138000" not in case.needs[0].post.text
    assert case.needs[0].reading.contacts == ()
    shown = run(settings, "case", "show", "1", "--numbers")
    assert "13800138000" not in shown.output
    again = tell(
        settings, "hotline", "还要呼吸机", "--number", "138 0013 8000", "--hold", facility="紫荆ICU"
    )
    assert "case 1, with 1 told before" in again.output


def test_a_held_number_may_not_stand_in_the_words_either(settings: Path) -> None:
    done = tell(settings, "hotline", "打138 0013 8000", "--number", "13800138000", "--hold")
    assert "words: they hold the number that may not be passed on" in done.output
    assert not (settings.parent / "distress.db").exists() or everything(settings) == []


def test_a_note_says_who_passes_on_and_how_to_reach_the_ward(settings: Path) -> None:
    done = run(
        settings, "intake", "relay", "--by", "云落", "--caller", "志愿者小林", "--number",
        "13800138007", "--hold", "--facility", WARD, "--ward-number", "王主任 13800138001",
        "--words", "缺护目镜",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    [need] = open_cases(settings)[0].needs
    assert (need.reading.voice, need.post.author) == ("passed on", "志愿者小林")
    assert [c.value for c in need.reading.contacts] == ["13800138001"]


def test_goods_are_mended_by_who_takes_the_call(settings: Path) -> None:
    tell(settings, "hotline", "要点口罩什么的", "--goods", "N95口罩=500个、护手霜=40支、防褥疮垫")
    items = open_cases(settings)[0].needs[0].reading.items
    assert [(i.name, i.quantity, i.unit) for i in items] == [
        ("N95口罩", 500, "个"),
        ("护手霜", 40, "支"),
        ("防褥疮垫", None, None),
    ]


def test_confirmed_goods_become_supply_lines_at_once(settings: Path) -> None:
    options = ("--number", "13800138000", "--pass-on", "--goods", "护手霜=40支", "--confirm")
    done = tell(settings, "hotline", "缺护手霜", *options)
    assert done.exit_code == 0, done.output
    with Store(settings.parent / "distress.db") as store:
        [line] = store.supplies.lines()
        [case] = store.cases.get([1])
    assert (line.name, line.quantity, line.unit, line.status) == ("护手霜", "40", "支", "requested")
    assert [c.disposition for c in case.callbacks] == ["need_confirmed"]
    undone = run(settings, "intake", "undo", "1", "--by", "云落")
    assert undone.exit_code == 1
    assert "somebody called case 1" in undone.output


def test_who_confirms_goods_is_an_agent(settings: Path) -> None:
    options = ("--goods", "护手霜=40支", "--confirm", "--by", "路人")
    done = tell(settings, "hotline", "缺护手霜", *options)
    assert "no agent '路人'; there are: 云落" in done.output
    assert everything(settings) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--facility", " "), "facility: say which hospital, ward or team needs it"),
        (("--caller", ""), "caller: say who calls"),
        (("--words", "  "), "words: write what was said"),
        (("--words", "核对物资：无"), "begins the line of checked goods"),
        (("--number", "13800138000"), "may the number be passed on? Say --pass-on or --hold"),
        (("--number", "120", "--hold"), "120 is a public service's; give that of a person"),
        (("--case", "7"), "case 7 is not open. See: distress case list"),
        (("--confirm", "--words", "您好"), "no goods are named to be confirmed"),
        (("--case", "7", "--apart"), "--case says which case it is of, --apart that it is of none"),
    ],
)
def test_what_cannot_be_taken_in_is_told_by_its_field(
    settings: Path, options: tuple[str, ...], words: str
) -> None:
    done = tell(settings, "hotline", "缺护手霜", *options)
    assert done.exit_code != 0
    assert words in " ".join(done.output.split())
    assert not (settings.parent / "distress.db").exists() or everything(settings) == []


def asked(settings: Path, kind: str, *answers: str) -> Result:
    return run(
        settings, "intake", kind, "--by", "云落", answers="".join(f"{one}\n" for one in answers)
    )


def test_a_caller_is_asked_for_one_thing_after_the_other(settings: Path) -> None:
    done = asked(
        settings, "hotline", "李护士", "不知道", "13800138000", "y", WARD, "缺护手霜40支", ""
    )
    assert done.exit_code == 0, done.output
    assert "物资" in done.output and "护手霜=40支" in done.output
    [need] = open_cases(settings)[0].needs
    assert need.post.text.endswith("核对物资：护手霜（40支）")


def test_a_second_call_of_a_team_finds_its_case_and_is_added_to_it(settings: Path) -> None:
    tell(settings, "hotline", "缺N95口罩", "--number", "13800138000", "--pass-on")
    tell(settings, "hotline", "缺N95口罩", facility="青禾县人民医院")
    done = asked(settings, "hotline", "王医生", "", "紫荆医院", "1", "又缺呼吸机3台", "")
    assert "1: 单位相同 · 晴川市紫荆医院、N95口罩" in done.output
    assert "青禾" not in done.output
    assert "case 1, with 1 told before" in done.output
    [first, _] = open_cases(settings)
    assert {item.name for need in first.needs for item in need.reading.items} >= {"N95口罩"}
    assert len(first.needs) == 2


def test_a_person_may_say_that_a_call_is_of_no_case(settings: Path) -> None:
    tell(settings, "hotline", "缺N95口罩", "--number", "13800138000", "--pass-on")
    asked(settings, "hotline", "王医生", "", WARD, "0", "缺N95口罩", "")
    assert [len(case.needs) for case in open_cases(settings)] == [1, 1]


def test_the_door_s_five_sources_of_a_ward_are_one_case_and_its_neighbour_another(
    settings: Path, tmp_path: Path
) -> None:
    ward = "晴川市紫荆医院呼吸科"
    with Store(tmp_path / "distress.db") as store:
        posts = [
            Post(
                source_id="1", text=f"求助！{ward}急缺N95口罩，联系李护士13800138000", author="甲"
            ),
            Post(source_id="2", text=f"转：{ward}缺口罩防护服！！电话13800138000", author="乙"),
        ]
        store.posts.save("day", posts, run_id=None)
    run(settings, "flag")
    tell(
        settings, "hotline", "N95口罩只够两天", "--number", "13800138000", "--pass-on",
        facility=ward,
    )  # fmt: skip
    run(
        settings, "intake", "relay", "--by", "云落", "--caller", "志愿者小林", "--number",
        "13800138007", "--hold", "--facility", ward, "--ward-number", "13800138000",
        "--words", "还差N95口罩200个",
    )  # fmt: skip
    rows = [("1", ward, "N95口罩200个", "", "", "李护士 13800138000", "")]
    sheet = take_in(settings, workbook(tmp_path / "表.xlsx", rows))
    assert sheet.exit_code == 0, sheet.output
    tell(
        settings, "hotline", "骨科的，缺N95口罩", "--number", "13800138055", "--pass-on",
        facility="晴川市紫荆医院骨科",
    )  # fmt: skip
    first, second = open_cases(settings)
    sources = sorted(need.post.source for need in first.needs)
    assert sources == ["day", "day", "hotline", "relay", "sheet"]
    assert [need.post.source for need in second.needs] == ["hotline"]
    shown = run(settings, "digest")
    assert shown.exit_code == 0, shown.output
    [page] = (tmp_path / "digest").glob("*/云落.html")
    html = page.read_text(encoding="utf-8")
    shown_words = re.sub("<[^>]+>", "", html)
    told = ("求助！", "转：", "N95口罩只够两天", "还差", "骨科的")
    for words in (*told, "热线来电", "有人转告", "需求表里的一行"):
        assert words in shown_words, words
    assert "13800138007" not in html
    [run_id] = [one.run_id for one in imports(settings) if one.kind == "sheet"]
    undone = run(settings, "intake", "undo", str(run_id), "--by", "云落")
    assert undone.exit_code == 0, undone.output
    first, second = open_cases(settings)
    assert sorted(n.post.source for n in first.needs) == ["day", "day", "hotline", "relay"]
    run(settings, "flag", "--again")
    assert [len(case.needs) for case in open_cases(settings)] == [4, 1]


def imports(settings: Path) -> list:  # type: ignore[type-arg]
    with Store(settings.parent / "distress.db") as store:
        return store.imports.all()


def test_a_number_that_a_post_gave_finds_its_case_while_it_is_typed(settings: Path) -> None:
    with Store(settings.parent / "distress.db") as store:
        text = "求助！青禾县人民医院急缺N95口罩，电话0712-8857200"
        store.posts.save("day", [Post(source_id="1", text=text, author="甲")], run_id=None)
    run(settings, "flag")
    done = asked(
        settings, "hotline", "李护士", "07128857200", "n", "内科", "1", "还缺口罩100个", ""
    )
    assert "1: 联系方式相同 · 青禾县人民医院" in done.output
    assert "case 1, with 1 told before" in done.output
