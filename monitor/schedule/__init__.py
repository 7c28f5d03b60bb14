"""Keep the line going: settings go in; jobs are done at their times until somebody stops them.

`run` is its loop; `turns` knows when a job is due, `jobs` what each does; `lock` keeps a second
schedule off the store and tells others that this one works; `service_manager` tells systemd.
"""

from monitor.schedule.lock import at_work
from monitor.schedule.loop import run

__all__ = ["at_work", "run"]
