"""Charts: series of figures with their labels go in, SVG without scripts comes out, by pygal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from monitor.errors import DistressError

_LONGEST = 40  # characters of a label: names of goods and facilities are of strangers' words


def svg_chart(kind: str, series: dict[str, list[Any]], labels: Sequence[str]) -> str:
    """Return a chart as SVG without scripts or anything from elsewhere; "" where nothing is in it.

    Raises DistressError, with the command that installs it, where pygal is missing.
    """
    if not labels or not series:
        return ""
    try:
        import pygal
        from pygal.etree import etree
        from pygal.style import Style

        # It leaves an importer of old behind that breaks later imports; there are no plugins here.
        sys.meta_path[:] = [one for one in sys.meta_path if hasattr(one, "find_spec")]
    except ImportError as error:
        raise DistressError(
            "charts need pygal: pip install 'distress-signal-monitor[analysts]'"
        ) from error
    # Words and lines are of the colour of the page, which may be dark.
    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground="currentColor",
        foreground_strong="currentColor",
        foreground_subtle="currentColor",
        guide_stroke_color="#8886",
        major_guide_stroke_color="#8886",
        opacity=".85",
        font_family="sans-serif",
        colors=("#3b82c4", "#c9682f", "#3f9a4d", "#9a5fc0", "#1a9aa6"),
    )
    flat = kind.startswith("Horizontal")
    beside = 1 if "Stacked" in kind else len(series)  # bars of one label
    chart = getattr(pygal, kind)(
        style=style,
        js=(),
        width=800,
        height=80 + (16 + 16 * beside) * len(labels) if flat else 360,
        margin_right=40,
        x_label_rotation=0 if flat else 35,
        include_x_axis=True,  # from nothing, or a small change looks like a large one
        show_x_guides=False,
        show_y_guides=not flat,
        show_legend=len(series) > 1,
        legend_at_bottom=True,
        print_values=flat,
        print_zeroes=False,
        disable_xml_declaration=True,
        no_prefix=True,
    )
    # A chart of bars that lie begins at its bottom.
    words = [_short(label) for label in labels]
    chart.x_labels = words[::-1] if flat else words
    for name, values in series.items():
        chart.add(_short(name), values[::-1] if flat else values)
    tree = chart.render_tree()
    for parent in list(tree.iter()):
        for script in [child for child in parent if str(child.tag).endswith("script")]:
            parent.remove(script)
    return str(etree.tostring(tree, encoding="unicode"))


def _short(label: str) -> str:
    """Return a label as a chart has room for it, without signs that XML does not hold."""
    printable = "".join(sign if sign.isprintable() else " " for sign in label)
    return printable if len(printable) <= _LONGEST else f"{printable[: _LONGEST - 1]}…"
