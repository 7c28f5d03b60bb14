"""Files as people have them, and what the archive's spider yields for one."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from coroutines import one_by_one, result_of
from openpyxl import Workbook  # type: ignore[import-untyped]

from spiders.archive import ArchiveOptions, ArchiveSpider
from spiders.base.post import Post, SetAside
from spiders.base.trouble import Remark, Trouble

PLEA = "梧桐医院急诊科急需N95口罩200个，联系设备科林老师13800138001"
TRADITIONAL = "我們醫院急需N95口罩兩百個，請聯絡護理長"


class Found:
    """What the spider yields for a file or folder."""

    def __init__(self, path: Path, **options: Any) -> None:
        spider = ArchiveSpider(source="day", options=ArchiveOptions(path=str(path), **options))

        async def everything() -> list[Any]:
            return [one async for one in one_by_one(spider.start())]

        found = result_of(everything())
        self.posts = [one for one in found if isinstance(one, Post)]
        self.aside = {one.place: one.reason for one in found if isinstance(one, SetAside)}
        self.remarks = [one.message for one in found if isinstance(one, Remark)]
        self.troubles = [one.message for one in found if isinstance(one, Trouble)]

    @property
    def texts(self) -> list[str]:
        return [post.text for post in self.posts]

    @property
    def days(self) -> list[str | None]:
        return [f"{post.posted_at:%m-%d}" if post.posted_at else None for post in self.posts]

    @property
    def said(self) -> str:
        return " ".join([*self.aside.values(), *self.remarks, *self.troubles])


def written(path: Path, content: str | bytes | object, encoding: str = "utf-8") -> Path:
    if not isinstance(content, str | bytes):
        content = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return path


def table(*rows: Sequence[str], delimiter: str = ",") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def book(path: Path, **sheets: list[list[object]]) -> Path:
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


CHAT = {
    "name": "物资互助",
    "type": "public_channel",
    "id": 987654,
    "messages": [
        {"id": 1, "type": "service", "date": "2020-02-10T08:00:00", "action": "create_channel"},
        {
            "id": 2,
            "type": "message",
            "date": "2020-02-10T08:01:00",
            "date_unixtime": "1581292860",
            "from": "物资互助",
            "from_id": "channel987654",
            "text": [
                "梧桐医院",
                {"type": "bold", "text": "急需口罩"},
                "，",
                {"type": "phone", "text": "13800138001"},
            ],
        },
        {
            "id": 3,
            "type": "message",
            "date": "2020-02-10T08:02:00",
            "from": "小禾",
            "from_id": "user1",
            "forwarded_from": "某护士",
            "text": "科室缺手套",
        },
        {
            "id": 4,
            "type": "message",
            "date": "2020-02-10T08:03:00",
            "from": "小禾",
            "from_id": "user1",
            "photo": "photos/1.jpg",
            "text": "",
        },
        {
            "id": 5,
            "type": "message",
            "date": "2020-02-10T08:04:00",
            "from": "小禾",
            "from_id": "user1",
            "text": "",
            "contact_information": {"first_name": "林老师", "phone_number": "13800138002"},
        },
    ],
}


WHO = {"user_id": "6", "nickname": "某社工"}
PLATFORMS = {
    "xhs": (
        {
            "note_id": "65c0000000000000000000aa",
            "title": "护士求助",
            "desc": "缺口罩",
            "time": 1581292860000,
            "note_url": "https://www.xiaohongshu.com/explore/65c0000000000000000000aa",
            **WHO,
        },
        "护士求助\n缺口罩",
        "https://www.xiaohongshu.com/explore/65c0000000000000000000aa",
    ),
    "xhs comment": (
        {
            "comment_id": "66b0",
            "note_id": "65c0000000000000000000aa",
            "content": "也缺",
            "create_time": 1581292860000,
            **WHO,
        },
        "也缺",
        "https://www.xiaohongshu.com/explore/65c0000000000000000000aa",
    ),
    "douyin": (
        {
            "aweme_id": "7000000000000000001",
            "title": "缺口罩一百个",
            "desc": "缺口罩一百个",
            "create_time": 1581292860,
            "aweme_url": "https://www.douyin.com/video/7000000000000000001",
            **WHO,
        },
        "缺口罩一百个",
        "https://www.douyin.com/video/7000000000000000001",
    ),
    "douyin comment": (
        {
            "comment_id": "71",
            "aweme_id": "7000000000000000001",
            "content": "也缺",
            "create_time": 1581292860,
            **WHO,
        },
        "也缺",
        "https://www.douyin.com/video/7000000000000000001",
    ),
    "kuaishou": (
        {
            "video_id": "3xabc",
            "title": "缺口罩",
            "desc": "缺口罩",
            "create_time": 1581292860000,
            "video_url": "https://www.kuaishou.com/short-video/3xabc",
            **WHO,
        },
        "缺口罩",
        "https://www.kuaishou.com/short-video/3xabc",
    ),
    "bilibili comment": (
        {
            "comment_id": "72",
            "video_id": "170001",
            "content": "也缺",
            "create_time": 1581292860,
            "sign": "",
            **WHO,
        },
        "也缺",
        "https://www.bilibili.com/video/av170001",
    ),
    "tieba": (
        {
            "note_id": "8800000001",
            "title": "求助",
            "desc": "缺口罩",
            "publish_time": "2020-02-10 08:01",
            "note_url": "https://tieba.baidu.com/p/8800000001",
            "user_nickname": "某社工",
            "tieba_name": "某吧",
        },
        "求助\n缺口罩",
        "https://tieba.baidu.com/p/8800000001",
    ),
    "zhihu": (
        {
            "content_id": "99",
            "content_type": "answer",
            "content_text": "缺口罩",
            "title": "如何求助",
            "content_url": "https://www.zhihu.com/question/1/answer/99",
            "desc": "",
            "created_time": 1581292860,
            "user_id": "z",
            "user_nickname": "某社工",
        },
        "如何求助\n缺口罩",
        "https://www.zhihu.com/question/1/answer/99",
    ),
    "zhihu comment": (
        {
            "comment_id": "73",
            "content_id": "99",
            "content": "也缺",
            "publish_time": 1581292860,
            "content_type": "answer",
            "user_nickname": "某社工",
        },
        "也缺",
        None,
    ),
    "weibo comment": (
        {
            "comment_id": "74",
            "note_id": "4467080123456789",
            "content": "也缺",
            "create_time": 1581292860,
            "create_date_time": "2020-02-10 08:01:00+08:00",
            **WHO,
        },
        "也缺",
        "https://m.weibo.cn/detail/4467080123456789",
    ),
}
