"""jieba, quiet and without what it loads for nothing: import it from here, in what cuts words.

Its dictionary is what takes long, and that is read by the first text that is cut.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, cast

# jieba opens its dictionary by pkg_resources where there is one, which takes longer to load than
# jieba itself, and by its own path where there is none.
_modules = cast(dict[str, Any], sys.modules)
_is_hidden = _modules.setdefault("pkg_resources") is None
try:
    import jieba
finally:
    if _is_hidden:
        del _modules["pkg_resources"]

jieba.setLogLevel(logging.WARNING)  # it tells of its dictionary on standard error otherwise

__all__ = ["jieba"]
