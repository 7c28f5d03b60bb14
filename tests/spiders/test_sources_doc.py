"""The document of sources is complete: every spider, every key, every secret."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.settings import SourceSettings
from spiders.base import PagedOptions, SourceSpider, available

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    """Return what stands under a spider's heading."""
    found = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", DOCUMENT, re.M | re.S)
    assert found, f"docs/sources.md has no heading '## {name}'"
    return found[1]


@pytest.mark.parametrize("name", available())
def test_every_spider_and_each_of_its_keys_is_told(name: str) -> None:
    told = section(name)
    own = available()[name].Options.model_fields.keys() - PagedOptions.model_fields.keys()
    assert [key for key in own if f"`{key}`" not in told] == []


def test_the_keys_that_sources_share_are_told() -> None:
    keys = {*SourceSettings.model_fields, *PagedOptions.model_fields} - {"options"}
    assert [key for key in sorted(keys) if f"`{key}`" not in DOCUMENT] == []


@pytest.mark.parametrize("name", available())
def test_every_secret_that_a_spider_reads_is_told(name: str) -> None:
    secrets = getattr(available()[name], "secrets", ())
    assert [secret for secret in secrets if f"`{secret}" not in section(name)] == []


def test_spiders_that_tell_posts_by_what_is_kept_are_named() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    [told] = re.findall(r"alone it is told by: ([^.]*)\.", text)
    default = SourceSpider.post_from_raw.__func__
    able = [n for n, one in available().items() if one.post_from_raw.__func__ is not default]
    assert re.findall(r"`(\w+)`", told) == able
