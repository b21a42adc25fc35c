import pytest

from bot.services.panels.audit_words import action_words, audit_words


@pytest.mark.parametrize(
    ("action", "detail", "korean"),
    [
        ("digest add", "#9 daily 08:15 Asia/Seoul in 55", "#9 매일 08:15 (Asia/Seoul) → 55"),
        (
            "digest undo",
            "#4 custom 08:00 Asia/Tokyo in 55",
            "#4 지정한 요일 08:00 (Asia/Tokyo) → 55",
        ),
        ("digest add", "#4 hourly 00:30 UTC in 55", "#4 매시 30분 (UTC) → 55"),
        ("alert add", "#3 launches in 55", "#3 발사 → 55"),
        ("alert add", "#3 hwasong* in 55", "#3 hwasong* → 55"),
        ("alert add", "feed The wire", "피드 The wire의 모든 글"),
        ("alert quiet-hours", "off", "방해 금지 시간 없음"),
        ("alert silence", "#1 story 5", "#1 소식 #5"),
        ("launch merge", "#5 into #4", "#5 → #4"),
        ("settings timezone", "timezone Asia/Tokyo", "Asia/Tokyo"),
        ("settings managers", "managers []", "역할 없음"),
        ("feed add", "Live in 24 https://a.example/x", "Live in 24 https://a.example/x"),
    ],
)
def test_a_note_of_the_audit_is_said_in_the_readers_language(
    action: str, detail: str, korean: str
) -> None:
    assert audit_words(action, detail, "ko") == korean


def test_a_query_that_looks_like_a_note_is_not_rewritten() -> None:
    assert audit_words("alert add", '#3 "in 24 hours" in 55', "en") == '#3 "in 24 hours" → 55'


@pytest.mark.parametrize(
    ("action", "korean"),
    [
        ("story wrong", "발사 아님"),
        ("digest undo", "/digest: 되돌리기"),
        ("settings maps", "/settings maps"),
    ],
)
def test_what_no_command_did_is_said_by_its_button(action: str, korean: str) -> None:
    assert action_words(action, "ko") == korean
