"""Standard output for people: where nobody can read it any more, the work goes on without it."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any, ClassVar

from rich.console import Console

_log = logging.getLogger("launchwire.stdout")


class Stdout(Console):
    """A rich console on stdout that ends quietly when its reader has gone (`| head`).

    `failed` is true once something could not be written for another reason.
    """

    failed: ClassVar[bool] = False

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, **options)

    def print(self, *objects: Any, **options: Any) -> None:
        """Print, unless that failed before."""
        if self.quiet:
            return
        try:
            super().print(*objects, **options)
        except OSError as error:
            self.quiet = Stdout.failed = True
            why = error.strerror or type(error).__name__
            _log.warning("stdout cannot be written (%s): nothing more is shown there", why)

    def on_broken_pipe(self) -> None:
        """Say nothing more; what is still buffered goes nowhere."""
        self.quiet = True
        silence_stdout()


def silence_stdout() -> None:
    """Point stdout at nothing, so that what is buffered cannot fail again when Python ends."""
    if sys.stdout is None:
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)
