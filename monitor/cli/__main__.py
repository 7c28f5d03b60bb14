"""Run the commands as `python -m monitor.cli`."""

from monitor.cli import main

main()
