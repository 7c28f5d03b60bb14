"""What a search of s.weibo.com asks for: hours and a region, so narrow that all of it is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from spiders.weibo.words import SHANGHAI

HOUR = timedelta(hours=1)  # the shortest time that a search can be limited to

# Where an author is from. Codes: the first two digits of GB/T 2260; 400 and 100 are Weibo's own.
# So dataabc/weibo-search splits a full hour (weibo/spiders/search.py, weibo/utils/region.py). The
# fewest live in the first: where it is full as well, the search does not tell regions apart.
REGIONS = {
    "54": "西藏",
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古",
    "21": "辽宁", "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建",
    "36": "江西", "37": "山东",
    "41": "河南", "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南",
    "50": "重庆", "51": "四川", "52": "贵州", "53": "云南",
    "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆",
    "71": "台湾", "81": "香港", "82": "澳门", "400": "海外", "100": "其他",
}  # fmt: skip
_CODES = list(REGIONS)


@dataclass(frozen=True, slots=True)
class SearchWindow:
    """One page of a search for a word in the hours from start to end, newest first.

    region: the code of a region; where given, only the last of the hours is asked for.
    found: how many posts the regions of that hour have given.
    """

    word: str
    start: datetime
    end: datetime
    region: str | None = None
    page: int = 1
    found: int = 0

    @property
    def query(self) -> dict[str, object]:
        """What the search is asked with."""
        start = self.end - HOUR if self.region else self.start
        return {
            "q": self.word,
            "region": f"custom:{self.region}:1000" if self.region else None,  # 1000: all of it
            "typeall": 1,
            "suball": 1,
            "nodup": 1,  # else posts that are alike are left out, and with them who passes on
            "timescope": f"custom:{_hour_in_query(start)}:{_hour_in_query(self.end)}",
            "page": self.page,
        }

    def in_words(self) -> str:
        """Return the last hour and the region as people name them."""
        where = f" in {REGIONS[self.region]}" if self.region else ""
        return f"the hour before {self.end:%Y-%m-%d %H:%M}{where}"

    def next_page(self) -> SearchWindow:
        """Return the next page of the same search."""
        return replace(self, page=self.page + 1)

    def with_found(self, count: int) -> SearchWindow:
        """Return the window with so many more posts found in regions."""
        return replace(self, found=self.found + count) if self.region else self

    def before(self, end: datetime) -> SearchWindow | None:
        """Return the hours before another end, None where there are none."""
        return SearchWindow(self.word, self.start, end) if end > self.start else None

    def hours_before(self) -> SearchWindow | None:
        """Return the hours before the last one, None where there are none."""
        return self.before(self.end - HOUR)

    def whole(self) -> SearchWindow:
        """Return the window without its region."""
        return replace(self, region=None)

    def first_region(self) -> SearchWindow:
        """Return the last hour in the first region."""
        return replace(self, region=_CODES[0], page=1)

    def after_region(self) -> SearchWindow | None:
        """Return the last hour in the next region; after the last region, the hours before."""
        if self.region is None or self.is_last_region():
            return self.hours_before()
        return replace(self, region=_CODES[_CODES.index(self.region) + 1], page=1)

    def is_first_region(self) -> bool:
        """Tell whether it is the last hour in the first region."""
        return self.region == _CODES[0]

    def is_last_region(self) -> bool:
        """Tell whether it is the last hour in the last region."""
        return self.region == _CODES[-1]


def hour_of(at: datetime) -> datetime:
    """Return the beginning of a time's hour."""
    return at.astimezone(SHANGHAI).replace(minute=0, second=0, microsecond=0)


def _hour_in_query(at: datetime) -> str:
    """Return an hour as a search has it: 2020-02-10-9."""
    return f"{at:%Y-%m-%d}-{at.hour}"
