"""What commands tell other programs is as docs/json-schema.json has it, and holds no number."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from desk_folder import Folder
from documents import COMMANDS, cells, fenced, read

from classifiers.measure.corpus import from_file
from monitor.cli import machine

NUMBER = "13800138002"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    case_id = made.add(NUMBER)
    made.add("13800138003", agent=None)
    made.run("callback", "record", case_id, "need_confirmed", "--goods", f"护手霜 {NUMBER}=40支",
             "--note", f"打 {NUMBER}")  # fmt: skip
    return made


def told(folder: Folder, *command: object) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(folder.run(*command, "--json").stdout)
    return value


@pytest.mark.parametrize(
    ("command", "model"),
    [
        (("status",), "Status"),
        (("sources",), "Sources"),
        (("case", "list"), "CaseList"),
        (("case", "list", "--all"), "CaseList"),
        (("case", "show", 1), "CaseShown"),
        (("supplies",), "SupplyList"),
        (("notify", "list"), "MessageList"),
        (("notify", "list", "--all"), "MessageList"),
    ],
)
def test_a_command_tells_what_its_schema_says_and_no_number(
    folder: Folder, command: tuple[object, ...], model: str
) -> None:
    schemas = json.loads(read("docs/json-schema.json"))
    value = told(folder, *command)
    validator = jsonschema.Draft202012Validator(
        schemas[model], format_checker=jsonschema.FormatChecker()
    )
    validator.validate(value)
    assert value["version"] == machine.VERSION
    assert NUMBER[-4:] not in json.dumps(value).replace("****8002", "")
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({**value, "other": 1})


def test_the_schema_is_that_of_the_program() -> None:
    assert read("docs/json-schema.json") == machine.schema()
    documented = {row[1].strip("`") for row in cells("docs/json.md", "command")}
    assert documented == {model.__name__ for model in machine.ALL}
    for command, _ in cells("docs/json.md", "command"):
        words = re.sub(r" (12|posts\.jsonl|--json)", "", command.strip("`"))
        assert "--json" in {option for p in COMMANDS[words].params for option in p.opts}


def test_values_are_those_of_the_store(folder: Folder) -> None:
    status = told(folder, "status")
    assert (status["posts"], status["cases"]) == (2, 2)
    assert {one["agent"]: one["open_cases"] for one in status["agents"]}[None] == 1
    assert [one["case"] for one in told(folder, "case", "list")["cases"]] == [2]
    shown = told(folder, "case", "show", 1)
    assert shown["case"]["closed"] and shown["callbacks"][0]["disposition"] == "need_confirmed"
    [line] = told(folder, "supplies")["lines"]
    assert (line["asked"], line["unit"], line["status"]) == (40.0, "支", "requested")
    assert NUMBER in json.dumps(told(folder, "case", "show", 1, "--numbers"))


def test_what_fails_prints_no_json(folder: Folder) -> None:
    done = folder.run("case", "show", 99, "--json", exit_code=1)
    assert not done.stdout and "no case '99'" in done.stderr


def test_classify_tells_which_lines_are_no_posts(folder: Folder, tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    plea = json.dumps({"id": 1, "text": "橘洲医院急需N95口罩500只，联系13800138002"})
    lines = [plea, '{"id": "x"}', "{", json.dumps({"text": "晚霞"})] + [NUMBER] * 1000
    file.write_text("\n".join(lines), encoding="utf-8")
    done = folder.run("classify", file, "--json", exit_code=1)
    value = json.loads(done.stdout)
    schemas = json.loads(read("docs/json-schema.json"))
    jsonschema.Draft202012Validator(schemas["Classified"]).validate(value)
    assert (value["posts"], value["flagged"], value["unread"]) == (2, 1, 1002)
    assert value["errors"][0] == {"line": 2, "error": "no text"}
    assert value["errors"][1]["line"] == 3 and value["errors"][1]["error"].startswith("not JSON")
    assert len(value["errors"]) == 1000
    assert NUMBER not in done.output and "1002 lines could not be read" in done.stderr


def test_the_example_of_what_classify_tells_is_one(folder: Folder, tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text(json.dumps({"text": "橘洲医院急需N95口罩500只"}) + "\n{}\n", "utf-8")
    done = folder.run("classify", file, "--json", exit_code=1)
    example, _ = fenced("docs/json.md", "json")
    assert json.loads(done.stdout) == json.loads(example)
    file.write_text(json.dumps({"text": "晚霞"}), "utf-8")
    assert json.loads(folder.run("classify", file, "--json").stdout)["errors"] == []


def test_the_example_of_labelled_posts_is_one(tmp_path: Path) -> None:
    _, example = fenced("docs/json.md", "json")
    file = tmp_path / "labelled.jsonl"
    file.write_text(example, encoding="utf-8")
    first, second = from_file(file)
    assert (first.label, second.label) == ("request", "offer")
    assert tuple(first.items) == ("N95口罩",)
