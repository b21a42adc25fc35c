"""The stand-in in a thread, and the real client in another process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.process import CHECKOUT, Program, discord_environment
from tests.fake_discord.background import BackgroundDiscord
from tests.fake_discord.model import Channel
from tests.fake_discord.server import FakeDiscord

CHILD = """
import os, sys
import discord, yarl
discord.http.Route.BASE = os.environ["LAUNCHWIRE_DISCORD__API_BASE"]
gateway = yarl.URL(os.environ["LAUNCHWIRE_DISCORD__GATEWAY_URL"])
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = gateway
sys.path.insert(0, {checkout!r})
from tests.fake_discord.sample_bot import SampleBot
class Child(SampleBot):
    async def on_ready(self):
        await self.guilds[0].text_channels[0].send("hello from a process", nonce="n")
        print("sent", flush=True)
Child().run(os.environ["DISCORD_TOKEN"])
"""


def make_channel(server: FakeDiscord) -> Channel:
    return server.add_channel(server.add_guild("Desk"), "alerts")


@pytest.fixture
def child(tmp_path: Path) -> Path:
    (tmp_path / "child.py").write_text(CHILD.format(checkout=str(CHECKOUT)))
    return tmp_path


async def test_another_process_sends_is_killed_and_sends_again_once(
    fake_discord: FakeDiscord, child: Path
) -> None:
    channel = make_channel(fake_discord)
    environment = discord_environment(
        fake_discord.token, fake_discord.api_base, fake_discord.gateway_url
    )
    program = Program(child, [], environment, module="child")
    async with program:
        await program.wait_for_text("sent")
        assert program.resident_megabytes > 5
        await program.restart()
        await program.wait_for_text("sent")
        assert program.starts == 2
        await program.interrupt()
    assert [message.content for message in channel.messages] == ["hello from a process"]
    assert fake_discord.gateway.identifies == 2


def test_stand_in_in_a_thread_serves_a_process(child: Path) -> None:
    with BackgroundDiscord() as background:
        channel = background.call(make_channel)
        server = background.server
        environment = discord_environment(server.token, server.api_base, server.gateway_url)
        with subprocess.Popen(
            [sys.executable, "child.py"], cwd=child, env=environment, stderr=subprocess.DEVNULL
        ) as process:
            background.run(server.wait_for(lambda: channel.messages, 20))
            process.kill()
        assert background.call(lambda discord: len(discord.channel(channel.id).messages)) == 1


async def test_exit_status_and_last_words_are_reported(tmp_path: Path) -> None:
    (tmp_path / "failing.py").write_text("import sys; print('why'); sys.exit(3)")
    async with Program(tmp_path, [], module="failing") as program:
        await program.expect_exit(3)
        with pytest.raises(AssertionError, match="ended with 3"):
            await program.wait_for_text("never said")
    async with Program(tmp_path, [], module="failing", name="other") as program:
        with pytest.raises(AssertionError, match="exit status 3, not 0"):
            await program.expect_exit(0)
