"""A spider of one kind of source: its name, its options, and what it remembers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import scrapy
from pydantic import BaseModel

from spiders.base.options import Options, from_environment
from spiders.base.post import Post
from spiders.base.trouble import AnswerError


class SourceSpider(scrapy.Spider):
    """A spider of one kind of source.

    A subclass names itself, declares its Options and yields Post, SetAside, Bookmark and Trouble
    from its callbacks. Its module bears its name.

    source: the source's name in the settings.
    options: the source's own settings.
    bookmarks: what the source remembers from its last run, by name.
    by_api: whether the service documents this way of reading; else robots.txt has its say.
    of_files: whether it reads files of the machine that it is on, rather than the web.
    secrets: the environment variables that its cookie, token or password may come from, unless
        the options name others.
    """

    Options: ClassVar[type[Options]] = Options
    by_api: ClassVar[bool] = False
    of_files: ClassVar[bool] = False
    secrets: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        *,
        source: str,
        options: BaseModel,
        bookmarks: Mapping[str, str] | None = None,
        **kw: Any,
    ) -> None:
        super().__init__(**kw)
        self.source = source
        self.options = options
        self.bookmarks = dict(bookmarks or {})

    @classmethod
    def secrets_of(cls, options: BaseModel) -> tuple[str, ...]:
        """Return the environment variables that a source with these options logs in from."""
        return cls.secrets

    @classmethod
    def lacks(cls, options: BaseModel, folder: Path) -> Iterator[str]:
        """Yield why a source with these options cannot work, with the way out; nothing is asked.

        folder: where relative paths start. By default, the logins of `needs` that are not set.
        """
        for variable in cls.needs(options):
            try:
                from_environment(variable)
            except AnswerError as error:
                yield str(error)

    @classmethod
    def post_from_raw(cls, raw: bytes, options: BaseModel, seen_at: datetime) -> Post | None:
        """Return the post that the kept part of an answer holds, read as answers of today are.

        raw: the `raw` of a post of this spider. seen_at: when it came, near which times such as
            5分钟前 are.
        None where that part alone does not tell, as here by default. What it raises is told beside
        the post, which stays as it was.
        """
        return None

    @classmethod
    def needs(cls, options: BaseModel) -> tuple[str, ...]:
        """Return the environment variables without which nothing can be read; none by default."""
        return ()

    async def start(self) -> AsyncIterator[Any]:
        """Yield the first requests, or posts where no request is needed."""
        raise NotImplementedError
        yield  # pragma: no cover - makes this an async generator
