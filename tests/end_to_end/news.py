"""News for the tests: launches that nobody takes for one another, each told by two outlets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

from tests.end_to_end.origin import Entry

_WHO = (
    ("North Korea", "the Sea of Japan"),
    ("Iran", "the Gulf of Oman"),
    ("China", "the South China Sea"),
    ("India", "the Bay of Bengal"),
    ("Pakistan", "the Arabian Sea"),
    ("South Korea", "the Yellow Sea"),
    ("Taiwan", "the Philippine Sea"),
    ("Turkey", "the Black Sea"),
    ("France", "the Atlantic"),
    ("Houthi forces", "the Red Sea"),
)
_WEAPONS = ("ballistic missiles", "cruise missiles")
_MORE = (
    ("Russia", "Kyiv", "ballistic missiles"),
    ("Hezbollah", "Haifa", "ballistic missiles"),
    ("Israel", "Damascus", "cruise missiles"),
    ("Hamas", "Ashkelon", "ballistic missiles"),
    ("Ukraine", "Crimea", "cruise missiles"),
)
_NUMBERS = ("two", "three", "four")


@dataclass(frozen=True, slots=True)
class Launch:
    """One launch; `mark` is a word that stands in everything told about it and nowhere else."""

    number: int
    who: str
    where: str
    weapon: str

    @property
    def mark(self) -> str:
        """What its messages can be told by."""
        return f"{self.who.split()[0]}-{self.number}"

    @property
    def _count(self) -> str:
        return _NUMBERS[self.number % len(_NUMBERS)]

    def first_report(self, published: datetime) -> Entry:
        """The first outlet's article."""
        return Entry(
            title=f"{self.who} fires {self._count} {self.weapon} toward {self.where}",
            link=f"https://one.example/launch/{self.number}",
            guid=f"one-{self.number}",
            summary=(
                f"{self.who} fired {self._count} {self.weapon} toward {self.where} this morning, "
                f"officials said. The launch of the {self.weapon} was detected shortly after dawn. "
                "No casualties were reported."
            ),
            published=published,
        )

    def second_report(self, published: datetime) -> Entry:
        """Another outlet's article about the same launch."""
        return Entry(
            title=f"{self.who} launched {self._count} {self.weapon} toward {self.where}, army says",
            link=f"https://two.example/story/{self.number}",
            guid=f"two-{self.number}",
            summary=(
                f"The military said {self.who} launched {self._count} {self.weapon} toward "
                f"{self.where} this morning. It was the second such launch this year."
            ),
            published=published,
        )


LAUNCHES = tuple(
    Launch(number, who, where, weapon)
    for number, (who, where, weapon) in enumerate(
        [(who, where, weapon) for weapon, (who, where) in product(_WEAPONS, _WHO)] + list(_MORE)
    )
)
"""Launches the story rules keep apart, within one day."""


def seed_text(launch: Launch, published: datetime) -> str:
    """The first report as a text file for seeds/."""
    entry = launch.first_report(published)
    day = published.date().isoformat()
    return f"date {day}\n\n{entry.title}\n\n{entry.summary}\n"


def earlier(now: datetime, minutes: float) -> datetime:
    """A moment before `now`."""
    return now - timedelta(minutes=minutes)
