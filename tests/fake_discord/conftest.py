"""Fixtures of the stand-in's own tests."""

import pytest

from tests.fake_discord.fixtures import _needs_specification, fake_discord

__all__ = ["_needs_specification", "fake_discord"]


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the environment of the machine out of these tests."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
