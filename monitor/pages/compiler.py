"""How a template becomes code: its parts in, Python that makes a long page in little time out.

Jinja's own code asks at each turn what a value is: whether a dot means an attribute or an item,
whether a function wants the context, whether words are safe. Pages of thousands of cases are made
of millions of such turns, and what these templates are given is known: values with attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.runtime import Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from monitor.language import PageLanguage
from monitor.masking import plain

_WORDING = frozenset({"_", "gettext", "ngettext"})  # functions that want the context
_HOLE = re.compile(r"%\((\w+)\)s|%(%)")


def shown(value: Any) -> str:
    """Return a value as a page shows it: text made plain, and escaped where it is not safe yet."""
    kind = type(value)
    if kind is str:
        # Letters and digits alone hold nothing to escape, and nothing that hides or turns.
        return value if not value or value.isalnum() else escape(plain(value))
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    if value is None:
        return ""
    return str(value) if kind is int else escape(value)


class QuickMacro(Macro):
    """A macro that is not asked again how many values it takes where all are there."""

    def __call__(self, *args: Any, **kwargs: Any) -> str:
        """Return what comes of it, safe as it is."""
        if len(args) == self._argument_count and not kwargs:
            return str.__new__(Markup, self._func(*args))
        return super().__call__(*args, **kwargs)


class PageCode(CodeGenerator):
    """Code in which a dot is an attribute and a call is one without the context."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802, its name there
        """Write an attribute."""
        self.write("(")
        self.visit(node.node, frame)
        self.write(f").{node.attr}")

    def visit_Call(  # noqa: N802, its name there
        self, node: nodes.Call, frame: Frame, forward_caller: bool = False
    ) -> None:
        """Write a call; only what words a message is given the context."""
        called = node.node
        is_wording = isinstance(called, nodes.Name) and called.name in _WORDING
        if is_wording or forward_caller or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(called, frame)
        self.write("(")
        for part in (*node.args, *node.kwargs):
            self.visit(part, frame)
            self.write(", ")
        self.write(")")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        """Write a macro."""
        name = getattr(macro_ref.node, "name", None)
        names = [one.name for one in macro_ref.node.args]
        self.write(
            f"environment.macro(environment, macro, {name!r}, {names!r}, "
            f"{macro_ref.accesses_kwargs}, {macro_ref.accesses_varargs}, "
            f"{macro_ref.accesses_caller}, context.eval_ctx.autoescape)"
        )

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write("environment.shown(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")


class Worded(NodeTransformer):
    """Puts the words of a language in the place of `_("…")`, cut where values stand in them."""

    def __init__(self, spoken: PageLanguage) -> None:
        self._spoken = spoken

    def visit_Output(self, node: nodes.Output) -> nodes.Node:  # noqa: N802, its name there
        """Return what is put out: messages in pieces, and "" where a condition has no other."""
        self.generic_visit(node)
        node.nodes = [piece for part in node.nodes for piece in self._pieces(part)]
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802, its name there
        """Return the words of a call of gettext with a message alone, else the call."""
        self.generic_visit(node)
        message = _message_of(node)
        if message is None or node.kwargs:
            return node
        # As the extension does at each turn: a message is of ours, so it is not escaped.
        words = Markup(self._spoken.say(message)) % {}
        return nodes.Const(words, lineno=node.lineno, environment=node.environment)

    def _pieces(self, node: nodes.Expr) -> Iterator[nodes.Expr]:
        known = {"lineno": node.lineno, "environment": node.environment}
        if isinstance(node, nodes.CondExpr) and node.expr2 is None:
            yield nodes.CondExpr(node.test, node.expr1, nodes.Const("", **known), **known)
            return
        message = _message_of(node) if isinstance(node, nodes.Call) else None
        if message is None or not isinstance(node, nodes.Call):
            yield node
            return
        values = {one.key: one.value for one in node.kwargs}
        words, end = self._spoken.say(message), 0
        for hole in _HOLE.finditer(words):
            yield nodes.TemplateData(words[end : hole.start()], **known)
            end = hole.end()
            yield nodes.TemplateData("%", **known) if hole[2] else values[hole[1]]
        yield nodes.TemplateData(words[end:], **known)


def _message_of(node: nodes.Call) -> str | None:
    """Return the message that a call of gettext words, None where it is another call."""
    is_wording = isinstance(node.node, nodes.Name) and node.node.name == "_"
    if not is_wording or not isinstance(node.args[0], nodes.Const):
        return None
    return str(node.args[0].value)
