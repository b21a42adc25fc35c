"""Trying again for ever: with growing pauses, and few words in the log."""

from __future__ import annotations

from dataclasses import dataclass

# What is still wrong is said again after this many seconds.
SAY_AGAIN = 900.0


@dataclass
class Patience:
    """Decides after each failure how long to pause and whether to say so.

    Pauses double from `first` to `longest`; all times are seconds, `now` is of one steady clock.
    """

    first: float = 1.0
    longest: float = 60.0
    say_again: float = SAY_AGAIN
    tries: int = 0
    began: float = 0.0
    _said: float = 0.0

    def pause(self, asked: float | None = None) -> float:
        """How long to wait after the failure just noted, at least what the other side `asked`."""
        grown = self.first * 2.0 ** min(self.tries - 1, 20)
        return max(min(grown, self.longest), asked or 0.0)

    def failed(self, now: float) -> bool:
        """Note a failure; whether it is worth a log line: the first, then now and then."""
        self.tries += 1
        if self.tries == 1:
            self.began = self._said = now
            return True
        if now - self._said < self.say_again:
            return False
        self._said = now
        return True
