"""Stage 4, route: open cases go in; each gets one agent, or is shown as having none.

Never takes a case from an agent who is still there.
"""

from __future__ import annotations

from monitor.route.agents import Routed, route

__all__ = ["Routed", "route"]
