"""A wheel installed in an empty environment works from another folder."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from monitor import __version__

HERE = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what git knows, so that nothing stray gets in."""
    copy, dist = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("dist")
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=HERE, capture_output=True, text=True
    )
    files = listed.stdout.splitlines() if listed.returncode == 0 else []
    if not files:
        pytest.skip("no git checkout to build from")
    for name in files:
        if (HERE / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((HERE / name).read_bytes())
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(dist), str(copy)],
        check=True,
        capture_output=True,
    )
    (found,) = dist.glob("*.whl")
    return found


def test_the_wheel_holds_the_bundled_files_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "data/models/request.npz" in names
    assert "data/lexicons/goods.tsv" in names
    assert "monitor/pages/page.css" in names
    assert "monitor/analysis/templates/query.html" in names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/"))]


@pytest.mark.long
def test_installed_in_an_empty_environment_it_runs_from_another_folder(
    wheel: Path, tmp_path: Path
) -> None:
    """The environment is empty of ours; what we depend on is taken from this one."""
    home = tmp_path / "env"
    venv.create(home, with_pip=False, symlinks=True)
    (packages,) = (home / "lib").glob("python*/site-packages")
    pip = [sys.executable, "-m", "pip", "--python", str(home / "bin" / "python")]
    subprocess.run(
        [*pip, "install", "-q", "--no-deps", "--no-index", "--no-compile", str(wheel)],
        check=True,
        capture_output=True,
    )
    theirs = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "borrowed.pth").write_text("\n".join(theirs) + "\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def distress(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(home / "bin" / "distress"), *arguments],
            cwd=elsewhere,
            capture_output=True,
            text=True,
            env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "LANG": "C.UTF-8"},
            input=json.dumps({"id": "1", "text": "青石县人民医院急需N95口罩500只，求支援"}) + "\n",
        )

    assert distress("--version").stdout == f"distress, version {__version__}\n"
    where = distress("classify")
    assert where.returncode == 0, where.stderr
    assert json.loads(where.stdout)["items"][0]["name"] == "N95口罩"
    demo = distress("demo")
    assert demo.returncode == 0, demo.stderr
    assert list((elsewhere / "distress-demo" / "digest").glob("*/index.html"))
    status = distress("--config", "distress-demo/demo.toml", "status", "--json")
    assert json.loads(status.stdout)["cases"] > 0, status.stderr
    assert wheel.name.split("-")[1] == __version__
