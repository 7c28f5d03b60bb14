"""Weibo by two ways: `weibo` asks m.weibo.cn, `weibo_html` reads the pages of s.weibo.com."""

__all__ = ["weibo", "weibo_html"]
