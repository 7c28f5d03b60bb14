"""All words that a person would see are words of the post, and its pictures' links stay with it."""

from __future__ import annotations

from typing import Any

import pytest
from rows_read import WHEN, read, row

from spiders.base.markup import without_markup
from spiders.base.post import Post

PLEA = "青禾县医院急需N95口罩300个，联系穆主任13800138001"
PICTURE = "https://files.example/list.jpg"


def only_post(name: str, **more: Any) -> Post:
    [post] = read(name, row(name, **more)).entries
    assert isinstance(post, Post)
    return post


def quote_of(words: str, **more: Any) -> dict[str, Any]:
    account = {"id": "8", "acct": "b", "display_name": "云落"}
    return {
        "id": "8",
        "uri": "https://b.example/8",
        "url": "https://b.example/@b/8",
        "created_at": WHEN,
        "content": f"<p>{words}</p>",
        "account": account,
        **more,
    }


@pytest.mark.parametrize(
    "more",
    [
        {"content": None, "media_attachments": [{"description": PLEA}]},
        {"content": "", "content_text": PLEA},
        {"content": "<p>求扩散</p>", "media_attachments": [{"description": PLEA}]},
        {"content": "<p>缺什么？</p>", "poll": {"options": [{"title": "手套"}, {"title": PLEA}]}},
        {"content": "<p>看这里</p>", "card": {"title": "求助", "description": PLEA}},
        {"content": "<p>在这里</p>", "place": {"name": PLEA}},
        {"spoiler_text": PLEA, "content": None},
    ],
)
def test_mastodon_and_pixelfed_have_words_in_many_places(more: dict[str, Any]) -> None:
    assert PLEA in only_post("mastodon", **more).text


@pytest.mark.parametrize(
    "more",
    [
        {"quote": {"state": "accepted", "quoted_status": quote_of(PLEA)}},
        {"quote": quote_of(PLEA)},
        {"pleroma": {"quote": quote_of(PLEA)}},
        {"reblog": quote_of(PLEA)},
    ],
)
def test_a_quote_in_each_shape_stays_apart_from_own_words(more: dict[str, Any]) -> None:
    post = only_post("mastodon", **more)
    assert (post.text, post.reposted_text, post.reposted_author) == ("缺口罩", PLEA, "云落")


def test_a_boost_is_found_where_the_original_is_and_is_another_post() -> None:
    inner = quote_of(PLEA)
    boost = only_post("mastodon", content=inner["content"], uri=inner["uri"], reblog=inner)
    assert (boost.text, boost.reposted_text, boost.url) == ("", PLEA, inner["url"])
    assert boost.source_id == "https://b.example/8#xiaohe"


def test_a_boosted_quote_keeps_every_voice() -> None:
    inner = quote_of("帮转", quote=quote_of(PLEA, account={"acct": "c", "display_name": "望舒"}))
    post = only_post("mastodon", content="", reblog=inner)
    assert post.reposted_text == f"帮转//@望舒:{PLEA}"


@pytest.mark.parametrize(
    ("embed", "words"),
    [
        ({"images": [{"alt": PLEA, "fullsize": PICTURE}]}, PLEA),
        ({"alt": PLEA, "thumbnail": PICTURE}, PLEA),
        ({"external": {"uri": "https://e.org", "title": "求助", "description": PLEA}}, PLEA),
        ({"media": {"images": [{"alt": PLEA}]}, "record": {"record": {"notFound": True}}}, PLEA),
        ({"record": {"displayName": "物资", "description": PLEA}}, PLEA),
    ],
)
def test_bluesky_shows_descriptions_and_cards(embed: dict[str, Any], words: str) -> None:
    assert words in only_post("bluesky", embed=embed).text


def test_bluesky_shows_a_cut_link_that_is_whole_beneath() -> None:
    text = "清单见 example.org/noti... 谢谢"
    start = len("清单见 ".encode())
    facet = {"index": {"byteStart": start, "byteEnd": start + len("example.org/noti...")},
             "features": [{"uri": "https://example.org/notices/2020"}]}  # fmt: skip
    post = only_post("bluesky", record={"text": text, "facets": [facet]})
    assert post.text == "清单见 https://example.org/notices/2020 谢谢"


def test_bluesky_quotes_pictures_too() -> None:
    value = {"value": {"text": ""}, "embeds": [{"images": [{"alt": PLEA}]}],
             "author": {"handle": "b.test"}}  # fmt: skip
    post = only_post("bluesky", embed={"record": value})
    assert (post.reposted_text, post.reposted_author) == (PLEA, "b.test")


@pytest.mark.parametrize(
    "name",
    ["poll_question", "poll_option_text", "contact_name", "contact_phone", "location_title",
     "location_address", "document_title"],
)  # fmt: skip
def test_telegram_shows_polls_contacts_places_and_files(name: str) -> None:
    beside = f'<div class="tgme_widget_message_{name}">{PLEA}</div>'
    assert only_post("telegram", beside=beside, text="").text == PLEA
    assert only_post("telegram", beside=beside).text == f"缺口罩\n{PLEA}"


def test_telegram_shows_link_cards_and_not_the_message_that_is_answered() -> None:
    card = f'<a><div class="link_preview_description">{PLEA}</div></a>'
    reply = '<a class="tgme_widget_message_reply"><i class="link_preview_title">旧的</i></a>'
    assert only_post("telegram", beside=card + reply).text == f"缺口罩\n{PLEA}"


def test_weibo_shows_link_cards_and_leaves_out_how_many_read_a_topic() -> None:
    card = {"type": "webpage", "page_title": "求助", "content1": PLEA}
    assert only_post("weibo", page_info=card).text == f"缺口罩\n求助\n{PLEA}"
    topic = {"type": "search_topic", "page_title": "#求助#", "content1": "3讨论 8阅读"}
    assert only_post("weibo", page_info=topic).text == "缺口罩"


def test_toutiao_shows_the_title_of_a_micro_post() -> None:
    assert only_post("toutiao", title="紧急", content=PLEA).text == f"紧急\n{PLEA}"
    assert only_post("toutiao", rich_content="<em></em>", content=PLEA).text == PLEA


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("mastodon", {"content": None, "media_attachments": [{"url": PICTURE}]}),
        ("bluesky", {"embed": {"images": [{"alt": "", "fullsize": PICTURE}]}}),
        ("weibo", {"pics": [{"url": "https://x.example/s.jpg", "large": {"url": PICTURE}}]}),
        ("toutiao", {"image_list": [{"url": PICTURE.removeprefix("https:")}]}),
        ("telegram", {"beside": '<a class="tgme_widget_message_photo_wrap" style="width:9px;'
                      f"background-image:url('{PICTURE}')\"></a>", "text": ""}),
        ("weibo_html", {"beside": '<div node-type="feed_list_media_prev">'
                        f'<img src="{PICTURE}"></div>'}),
    ],
)  # fmt: skip
def test_links_of_pictures_stay_with_the_post(name: str, more: dict[str, Any]) -> None:
    assert only_post(name, **more).pictures == (PICTURE,)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ('<a href="https://e.org/long/way">e.org/lo…</a>', "https://e.org/long/way"),
        ('<a href="https://www.e.org/a?b=1&amp;c=2">https://e.org/a?b=...</a>',
         "https://www.e.org/a?b=1&c=2"),
        ('<a href="https://e.org/x">详情…</a>', "详情…"),
        ('<a href="https://e.org/x">other.org…</a>', "other.org…"),
    ],
)  # fmt: skip
def test_a_link_that_is_cut_for_show_is_whole(markup: str, words: str) -> None:
    assert without_markup(markup) == words
