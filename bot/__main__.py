"""`python -m bot`, the same as `launchwire`. Kept light: worker processes import this module."""

from __future__ import annotations


def main() -> None:
    """Run the command line; the exit status is the process's."""
    from bot.command_line import called_as, command_line

    command_line(prog_name=called_as())


if __name__ == "__main__":
    main()
