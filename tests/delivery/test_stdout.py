from __future__ import annotations

import io
import logging

import pytest

from bot.delivery.stdout import Stdout


class Full(io.StringIO):
    def write(self, text: str, /) -> int:
        raise OSError(28, "No space left on device")


def test_a_full_disk_is_said_once_and_nothing_more_is_printed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    console = Stdout(file=Full())
    with caplog.at_level(logging.WARNING):
        console.print("one")
        console.print("two")
    assert [record.getMessage() for record in caplog.records] == [
        "stdout cannot be written (No space left on device): nothing more is shown there"
    ]


def test_what_can_be_written_is_printed() -> None:
    file = io.StringIO()
    Stdout(file=file).print("one")
    assert file.getvalue() == "one\n"
