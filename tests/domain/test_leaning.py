"""Whether a sentence leans on the one before it, told from its first word."""

from __future__ import annotations

import pytest

from bot.domain.leaning import leaning


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "He added that the bay was closed.", (True, False)),
        ("en", "“It’s the third one,” she said.", (True, False)),
        ("en", "However, the bay was open again.", (False, True)),
        ("en", "Hebrides ferries ran late.", (False, False)),
        ("de", "Sie sagte nichts dazu.", (True, False)),
        ("fr", "Mais la baie reste fermée.", (False, True)),
        ("es", "Es la tercera vez.", (False, False)),
        ("ru", "Он добавил, что залив закрыт.", (True, False)),
        ("uk", "Але затоку закрито.", (False, True)),
        ("he", "לדבריו המפרץ נסגר.", (True, False)),
        ("ar", "وأضاف أن الخليج مغلق.", (True, False)),
        ("fa", "وی گفت خلیج بسته است.", (True, False)),
        ("ko", "그는 만이 닫혔다고 말했다.", (True, False)),
        ("ja", "しかし湾は閉鎖されたままだ。", (False, True)),
        ("zh", "他表示，海湾已关闭。", (True, False)),
        ("pl", "On dodał, że zatoka jest zamknięta.", (False, False)),
    ],
)
def test_first_word_tells_whether_a_sentence_leans_on_the_one_before(
    language: str, sentence: str, expected: tuple[bool, bool]
) -> None:
    assert leaning(sentence, language) == expected
