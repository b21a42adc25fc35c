"""Whose turn it is to be asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.article import FeedId
from bot.domain.poll_order import Servers, next_polls, server_of

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def due(*servers: str) -> list[tuple[FeedId, str]]:
    return [(FeedId(number), server) for number, server in enumerate(servers, 1)]


def test_feeds_of_one_server_do_not_stand_in_the_way_of_others() -> None:
    crowd = due(*["big.example"] * 500, "small.example")
    assert next_polls(crowd, [], room=32) == (1, 501)


def test_a_server_that_is_asked_or_rests_is_passed_over() -> None:
    assert next_polls(due("a", "b", "a", "c"), ["a"], room=9) == (2, 4)


def test_the_longest_overdue_go_first_where_room_is_short() -> None:
    assert next_polls(due("a", "b", "c"), [], room=2) == (1, 2)
    assert next_polls(due("a", "b", "c"), [], room=0) == ()
    assert next_polls(due("a", "b", "c"), [], room=-3) == ()


@given(st.lists(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdef")), st.integers(0, 9))
def test_a_free_server_is_never_left_out_while_there_is_room(
    servers: list[str], taken: set[str], room: int
) -> None:
    waiting = due(*servers)
    chosen = next_polls(waiting, taken, room)
    asked = [server for number, server in waiting if number in chosen]
    assert len(set(asked)) == len(asked) == min(room, len(set(servers) - taken))
    assert not set(asked) & taken


def test_a_server_rests_after_a_request() -> None:
    servers = Servers(timedelta(seconds=2))
    servers.begin("a")
    assert servers.taken(NOW) == {"a"}
    servers.end("a", NOW)
    assert servers.taken(NOW + timedelta(seconds=1.9)) == {"a"}
    assert servers.taken(NOW + timedelta(seconds=2)) == frozenset()


def test_a_clock_set_back_closes_no_server_for_long() -> None:
    servers = Servers(timedelta(seconds=2))
    servers.begin("a")
    servers.end("a", NOW)
    assert servers.taken(NOW - timedelta(hours=1)) == frozenset()


def test_the_server_is_host_and_port_without_a_password() -> None:
    assert server_of("https://ann:secret@News.example:8443/feed") == "news.example:8443"
    assert server_of("https://news.example/feed") == "news.example"
    assert server_of("http://[broken") == ""
