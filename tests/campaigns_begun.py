"""A campaign for six people, for tests of what becomes of its calls."""

from __future__ import annotations

from pathlib import Path

from monitor.intake import campaigns
from monitor.settings import Settings
from monitor.store import Store

NOTICE = "临时网点在绵阳市涪城区临园路8号"
NAMES = ["赵一", "钱二", "孙三", "李四", "周五", "吴六"]


def begun(store: Store, settings: Settings, folder: Path) -> campaigns.Campaign:
    """Begin a campaign for six people, one row of whom nobody can call."""
    rows = [f"{name},1380013000{n},四川省绵阳市" for n, name in enumerate(NAMES)]
    file = folder / "contacts.csv"
    file.write_text("\n".join(["姓名,手机,地址", *rows, "郑七,无,"]), encoding="utf-8")
    screened = campaigns.screen(store, file, settings)
    return campaigns.begin(
        store, "灾区", screened, settings, file=file.name, actor="青岚", purpose="问平安",
        notice=NOTICE,
    )  # fmt: skip
