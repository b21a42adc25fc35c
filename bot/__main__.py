"""`python -m bot`, the same as `launchwire`. Kept light: worker processes import this module."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run the command line; the exit status is the process's."""
    from bot.command_line import called_as, command_line

    # News is in every script, whatever the machine's locale; a file's name may be any bytes.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    command_line(prog_name=called_as())


if __name__ == "__main__":
    main()
