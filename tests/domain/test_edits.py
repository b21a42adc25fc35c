"""What follows an edit that Discord refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.edits import REFUSED_EDIT_LIFE, EditRefusal, edit_refused, posted_at
from bot.domain.outbox import DeliveryId, Edit
from bot.domain.subscription import Place, PlaceKind
from bot.errors import PermanentDeliveryError

MESSAGE = 1_481_000_000_000_000_000
SOON = posted_at(MESSAGE) + timedelta(minutes=5)
CHANNEL, FORUM, PERSON = (
    Place(kind, 101) for kind in (PlaceKind.CHANNEL, PlaceKind.FORUM, PlaceKind.USER)
)


def edit(place: Place = CHANNEL, channel_id: int = 101) -> Edit:
    return Edit(DeliveryId(1), place, channel_id, MESSAGE, {}, 2, 1)


def refusal(code: int, *, gone: bool = True) -> PermanentDeliveryError:
    return PermanentDeliveryError("Refused.", code=code, target_gone=gone)


@pytest.mark.parametrize("code", [50001, 50013, 10003])
def test_a_lost_right_or_channel_parks_the_place_and_keeps_the_edit(code: int) -> None:
    assert edit_refused(edit(), refusal(code), SOON) is EditRefusal.PARK


def test_a_person_who_closed_their_messages_is_parked() -> None:
    assert edit_refused(edit(PERSON, 900), refusal(50007), SOON) is EditRefusal.PARK


@pytest.mark.parametrize("code", [10008, 50035, 50005])
def test_a_message_that_is_gone_or_a_payload_nobody_takes_is_given_up(code: int) -> None:
    assert edit_refused(edit(), refusal(code, gone=False), SOON) is EditRefusal.GIVE_UP


def test_a_deleted_thread_takes_its_message_along_and_not_its_forum() -> None:
    assert edit_refused(edit(FORUM, 900), refusal(10003), SOON) is EditRefusal.GIVE_UP


@pytest.mark.parametrize(("code", "gone"), [(50083, False), (160005, True)])
def test_a_closed_thread_is_tried_later_and_does_not_park_its_forum(code: int, gone: bool) -> None:
    assert edit_refused(edit(FORUM, 900), refusal(code, gone=gone), SOON) is EditRefusal.LATER


def test_a_place_that_is_a_thread_itself_is_tried_later_while_it_is_archived() -> None:
    assert edit_refused(edit(), refusal(50083, gone=False), SOON) is EditRefusal.LATER


def test_a_lost_right_in_a_thread_is_one_of_its_place() -> None:
    assert edit_refused(edit(FORUM, 900), refusal(50013), SOON) is EditRefusal.PARK


def test_an_old_message_is_given_up_so_that_nobody_is_told_every_day_for_ever() -> None:
    late = posted_at(MESSAGE) + REFUSED_EDIT_LIFE
    assert edit_refused(edit(), refusal(50013), late) is EditRefusal.GIVE_UP
