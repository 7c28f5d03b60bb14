"""Two browsers with the same digest, no connection between them: all is kept, the clash told."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from agent_page import AgentPage, choose
from desk_folder import Folder, lines

from monitor import line, settings

ZONE = settings.Settings().zone


def test_outcomes_of_two_browsers_go_in_whole_and_the_clash_is_listed(
    chromium: Any, tmp_path: Path
) -> None:
    folder = Folder(tmp_path)
    case, other = folder.add("13800138000"), folder.add("13800138111")
    now = datetime.now(ZONE).replace(hour=12, minute=0, second=0, microsecond=0)
    written = line.digest(settings.load(tmp_path / "distress.toml"), now=now).folder
    files = []
    for turn, code in enumerate(("need_confirmed", "already_supplied")):
        agent = AgentPage(chromium, written / "云落.html", now)
        agent.note(case, "no_answer")
        agent.open_case(case)
        if code == "need_confirmed":
            choose(agent.page, code)
            agent.tick("hand cream", "45")
            agent.page.click("#next")
        else:
            agent.note(case, code)
            agent.note(other, "busy")
        (tmp_path / str(turn)).mkdir()
        files.append(agent.save_file(tmp_path / str(turn)))
        assert agent.troubles == []
        agent.close()
    told = folder.run("callback", "import", *files, files[0]).output
    assert "5 outcomes added, 2 known already" in told
    assert f"outcomes clash in case {case}:" in told
    assert len(folder.case(case).callbacks) == 4
    listed = folder.run("callback", "clashes")
    assert len(lines(listed, "contradict")) == 1
    assert lines(listed, "hand cream") and lines(listed, "already supplied")
    assert len(lines(listed, "both called")) == 1
