"""Many crawlers: sources that are due go to workers on any machine, parts of their walks come back.

What goes over the queue is a lease (which source, how it is crawled, what it remembers) and, the
other way, parts of a run: posts with the marks behind them, in order. The queue is a Redis of the
desk's machine; `queue` knows it, `scripts` what is done there at once, `parts` how a part travels,
`allowance` one budget a host over all workers; `desk_side` gives out and takes in, `worker` crawls,
in `child`, a process each, by the very code that the desk's machine crawls with.

Never writes the store but from the desk's machine; never takes a part of a lease that has passed on
or whose run has ended; never moves a mark without the posts that it counts on.
"""

__all__ = ["allowance", "desk_side", "parts", "queue", "worker"]
