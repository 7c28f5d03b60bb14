"""How sure a share is: hits and how many were counted go in, an interval comes out."""

from __future__ import annotations

import math

_Z = 1.96  # of 95 %


def wilson(hits: int, count: int) -> tuple[float, float]:
    """Return Wilson's interval of a share at 95 %; all from 0 to 1 where nothing was counted.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    if not count:
        return 0.0, 1.0
    share, spread = hits / count, _Z * _Z / count
    centre = share + spread / 2
    reach = _Z * math.sqrt(share * (1 - share) / count + spread / (4 * count))
    return (max(0.0, (centre - reach) / (1 + spread)), min(1.0, (centre + reach) / (1 + spread)))
