"""A page under a passphrase: a rendering and a seal in, the page's door with it in it out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from monitor.pages import Rendering
from monitor.seal import Seal


@dataclass(frozen=True, kw_only=True)
class SealedRendering(Rendering):
    """The door of a page; what stands behind it is in it, but sealed."""

    inner: Rendering
    seal: Seal

    @cached_property
    def made_of(self) -> str:
        """A fingerprint of page and passphrase that tells nothing of either."""
        return self.seal.mark(f"{super().made_of} {self.inner.made_of}")

    def __str__(self) -> str:
        """Make the text: the policy allows the scripts of door and page, and nothing else."""
        view = {**self.view, "sealed": self.seal.close(str(self.inner))}
        return self.text_with(view, behind=self.inner)


def sealed(page: Rendering, seal: Seal, *, agent: str) -> SealedRendering:
    """Return the door of an agent's page."""
    return SealedRendering(
        templates=page.templates,
        template="sealed.html",
        script="sealed.js",
        styles=("door.css",),
        generated=page.generated,
        view={"agent": agent},
        inner=page,
        seal=seal,
    )
