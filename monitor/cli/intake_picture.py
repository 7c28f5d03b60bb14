"""The command that takes in pictures of lists: each line is shown, to be ticked or mended."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.frame import case_of, err, out, settings_here, store_of
from monitor.cli.given import Words
from monitor.cli.intake import intake_group
from monitor.errors import DistressError
from monitor.intake import pictures
from monitor.intake.pictures import PictureReading
from monitor.masking import masked, plain

if TYPE_CHECKING:
    from monitor.intake.pictures.accepting import AcceptedPicture

_LARGEST_CHECKED = 1024 * 1024  # bytes of lines that somebody checked


@intake_group.command("picture")
@click.argument("case_id", type=int, metavar="CASE")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--by", "actor", type=Words(60), help="Who checks the lines; others will read it.")
@click.option(
    "--from",
    "author",
    type=Words(60),
    default="",
    help="Who sent it; the case's facility where left out.",
)
@click.option("--numbers", is_flag=True, help="Show phone numbers in full.")
@click.option("--json", "as_json", is_flag=True, help="Only tell what is read, as JSON.")
@click.option(
    "--checked",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Take the lines of this file, which somebody checked, instead of asking; - is standard "
    "input.",
)
def intake_picture(
    case_id: int,
    files: tuple[Path, ...],
    actor: str | None,
    author: str,
    numbers: bool,
    as_json: bool,
    checked: Path | None,
) -> None:
    """Read pictures of lists into a case, PNG, JPEG or WebP, line by line as somebody ticks them.

    Signs that were hard to read stand in 〔〕. Nothing goes in that was not shown. Needs the extra
    ocr: pip install 'distress-signal-monitor[ocr]'.

    Example: distress intake picture 12 list.jpg --by 青岚
    """
    from monitor.intake.pictures import accepting

    if not (actor or as_json):
        raise click.UsageError("say who checks the lines with --by, or only look with --json")
    if checked and len(files) > 1:
        raise click.UsageError("--checked is of one picture; name one file")
    lines_checked = _lines_of(checked) if checked else None
    loaded = settings_here()
    refused = 0
    with store_of(loaded) as store:
        case = case_of(store, case_id)
        for file in files:
            try:
                content = pictures.content_of(file)
                reading = pictures.read_picture(content, str(file))
                if as_json:
                    click.echo(json.dumps(_as_json(file, reading), ensure_ascii=False))
                    continue
                shown: Callable[[str], str] = plain if numbers else masked
                lines = lines_checked if lines_checked is not None else _ask(file, reading, shown)
                done = accepting.accept(
                    store, case, content, reading, lines,
                    name=file.name, actor=actor or "", author=author,
                )  # fmt: skip
            except OSError as error:
                refused += 1
                err.print(f"refused: cannot use the file {plain(str(file))}: {error.strerror}",
                          markup=False)  # fmt: skip
            except DistressError as error:
                refused += 1
                err.print(f"refused: {plain(str(error))}", markup=False)
            else:
                _tell(case_id, file, done)
    if refused:
        raise DistressError(f"{refused} of {len(files)} pictures refused; nothing of them went in")


def _ask(file: Path, reading: PictureReading, shown: Callable[[str], str]) -> list[str]:
    """Show every line and return those that somebody ticked or mended."""
    out.print(plain(f"{file}: {len(reading.lines)} lines; look at the picture beside them"),
              markup=False)  # fmt: skip
    for number, line in enumerate(reading.lines, 1):
        out.print(f"{number:3} {shown(line.marked)}", markup=False, soft_wrap=True)
    out.print(
        "Enter takes a line, - leaves it out, a takes it and all that follow but unsure ones; or "
        "type it right.",
        markup=False,
    )
    taken: list[str] = []
    rest = False
    for number, line in enumerate(reading.lines, 1):
        if rest and not line.unsure:
            taken.append(line.text)
            continue
        try:
            answer = click.prompt(
                f"{number:3} {shown(line.marked)}", default="", show_default=False
            ).strip()
        except click.Abort:
            raise DistressError(
                f"{file} was not checked to its end; nothing of it went in. Without a keyboard: "
                "--json, then --checked"
            ) from None
        rest = rest or answer == "a"
        if answer != "-":
            taken.append(line.text if answer in ("", "a") else answer)
    return taken


def _lines_of(checked: Path) -> list[str]:
    """Return the lines that somebody checked."""
    with click.open_file(str(checked), "rb") as stream:
        content: bytes = stream.read(_LARGEST_CHECKED + 1)
    if len(content) > _LARGEST_CHECKED:
        raise DistressError(f"{checked} is larger than {_LARGEST_CHECKED:,} bytes; is it a list?")
    try:
        return content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DistressError(
            f"{checked} is not UTF-8 at byte {error.start}; save it as UTF-8"
        ) from None


def _as_json(file: Path, reading: PictureReading) -> dict[str, object]:
    return {
        "file": str(file),
        "picture": reading.digest,
        "width": reading.width,
        "height": reading.height,
        "lines": [{"text": line.text, "unsure": line.unsure} for line in reading.lines],
    }


def _tell(case_id: int, file: Path, done: AcceptedPicture) -> None:
    if done.change == "same":
        out.print(plain(f"{file}: these lines are in case {case_id} already"), markup=False)
        return
    goods = [
        f"{item.name} {item.quantity:.10g}{item.unit or ''}"
        if item.quantity is not None
        else item.name
        for item in done.reading.items
    ]
    out.print(
        masked(
            f"case {case_id}: {file.name} taken in: {'、'.join(goods) or 'no goods read in it'}"
        ),
        markup=False,
        soft_wrap=True,
    )
    out.print(f"taken back by: distress intake undo {done.run_id} --by …", markup=False)
